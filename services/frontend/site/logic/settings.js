// The table of the boolean settings of a poll, and the names of all fields of a poll. The form, the bodies of its requests
// and the audit log follow them. No I/O, no clock, no DOM.

import { phrase } from "./i18n.js";

/** @import { BooleanSetting, Settings } from "page-state" */

/**
 * The boolean settings by their name in the API. `label`, `no`, `yes`, `hint`: the phrases of the form; `name`: in
 * a sentence; `always`: whether it may change once the poll has opened.
 * @type {Settings}
 */
export const SETTINGS = {
  proof_of_work: {
    label: "setting.proof",
    no: "setting.proof_no",
    yes: "setting.proof_yes",
    hint: "setting.proof_hint",
    name: "field.proof",
    always: false,
  },
  shuffle_options: {
    label: "setting.order",
    no: "setting.order_no",
    yes: "setting.order_yes",
    hint: "setting.order_hint",
    name: "field.order",
    always: false,
  },
  show_turnout: {
    label: "setting.turnout",
    no: "setting.turnout_no",
    yes: "setting.turnout_yes",
    name: "field.turnout",
    always: true,
  },
};

export const BOOLEANS = /** @type {BooleanSetting[]} */ (Object.keys(SETTINGS));

/**
 * Return an object with a value for each boolean setting.
 * @template Value
 * @param {(name: BooleanSetting) => Value} make
 */
export const ofEach = (make) =>
  /** @type {Record<BooleanSetting, Value>} */ (Object.fromEntries(BOOLEANS.map((name) => [name, make(name)])));

/** The phrases of the form's fields in a sentence. */
export const NAMES = {
  question: "field.question",
  a: "form.option_a",
  b: "form.option_b",
  image_a: "field.image_a",
  image_b: "field.image_b",
  opens_at: "field.opens_at",
  closes_at: "field.closes_at",
  result_visibility: "field.visibility",
  policy: "field.policy",
  ...ofEach((name) => SETTINGS[name].name),
  presenter_language: "field.language",
  embed_origins: "field.sites",
};

/** Return the name of a field in a sentence. @param {keyof typeof NAMES} field */
export const fieldName = (field) => phrase(NAMES[field]);

/**
 * Return the names of the fields that an audit event lists, such as "question, option_a". An unknown field has its own.
 * @param {string} about
 * @returns {string[]}
 */
export const changedIn = (about) =>
  about.split(", ").map((field) => {
    const known = AUDITED[field.replace("option_", "")];
    return known ? phrase(known) : field.replaceAll("_", " ");
  });

/** @type {Record<string, string>} A changed status is that of a scheduled poll that became a draft again. */
const AUDITED = { ...NAMES, status: "log.reverted" };
