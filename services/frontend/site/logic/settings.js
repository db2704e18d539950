// The table of the boolean settings of a poll, and the names of all fields of a poll. The form, the bodies of its requests
// and the audit log follow them. No I/O, no clock, no DOM.

/** @import { BooleanSetting, Settings } from "page-state" */

/**
 * The boolean settings by their name in the API. `label`, `no`, `yes`, `hint`: the words of the form; `name`: in a
 * sentence; `always`: whether it may change once the poll has opened.
 * @type {Settings}
 */
export const SETTINGS = {
  proof_of_work: {
    label: "Before each vote",
    no: "nothing",
    yes: "a proof of work",
    hint: "A proof of work costs each device a second or so, and robots one for every vote.",
    name: "the proof of work",
    always: false,
  },
  shuffle_options: {
    label: "Order of options",
    no: "A first for everyone",
    yes: "shuffled for each voter",
    hint: "When shuffled, half of the voters see option B first, so the order favors neither option; results and exports state its measured effect.",
    name: "the order of the options",
    always: false,
  },
  show_turnout: {
    label: "While results are hidden",
    no: "show nothing",
    yes: "show how many have voted",
    name: "the turnout",
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

/** The fields of the form in a sentence. */
export const NAMES = {
  question: "the question",
  a: "This",
  b: "That",
  image_a: "the image of option A",
  image_b: "the image of option B",
  opens_at: "the opening",
  closes_at: "the end",
  result_visibility: "who sees results",
  policy: "one vote per",
  ...ofEach((name) => SETTINGS[name].name),
  embed_origins: "the embedding sites",
};

/** The words for a scheduled poll that became a draft again. */
export const REVERTED = "reverted to draft";

/**
 * Return the names of the fields that an audit event lists, such as "question, option_a". An unknown field has its own.
 * @param {string} about
 * @returns {string[]}
 */
export const changedIn = (about) =>
  about.split(", ").map((field) => AUDITED[field.replace("option_", "")] ?? field.replaceAll("_", " "));

/** @type {Record<string, string>} */
const AUDITED = { ...NAMES, status: REVERTED };
