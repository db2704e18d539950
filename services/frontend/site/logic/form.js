// The form that a poll is edited in: its fields, its errors, and the bodies of its requests. No I/O, no clock, no DOM.
import { phrase } from "./i18n.js";
import { asLocal, byBothClocks, readLocal } from "./localtime.js";
import { flawInOrigins, originsIn } from "./origins.js";
import { BOOLEANS, ofEach, SETTINGS } from "./settings.js";

/** @import { Poll } from "contracts" */
/** @import { Field, Form, FormErrors, Phase } from "page-state" */

/** @typedef {[Field[], (form: Form, zone?: string) => unknown]} FromForm `zone`: default: that of the device */

const DAY_MS = 86_400_000;
const MAX_DAYS_AHEAD = 366;
const MAX_DAYS_OPEN = 31;

/** @type {Readonly<Form>} */
export const EMPTY_FORM = Object.freeze({
  question: "",
  a: "",
  b: "",
  image_a: "",
  image_b: "",
  opens_at: "",
  closes_at: "",
  policy: "device",
  result_visibility: "always",
  ...ofEach(() => "no"),
  presenter_language: "",
  embed_origins: "",
});

/** Every field of the form. */
export const FIELDS = /** @type {Field[]} */ (Object.keys(EMPTY_FORM));

/** @type {(text: string, zone?: string) => string|null} */
const timeIn = (text, zone) => {
  const read = readLocal(text, zone);
  return read && new Date(read.instant).toISOString();
};
/** @param {string} label @param {string} image */
const option = (label, image) => ({ label, image: image || null });

/**
 * The settings that the API takes: the fields that each is read from, and the function that reads it.
 * @type {Record<string, FromForm>}
 */
const BODY = {
  question: [["question"], (form) => form.question],
  options: [
    ["a", "b", "image_a", "image_b"],
    (form) => ({ a: option(form.a, form.image_a), b: option(form.b, form.image_b) }),
  ],
  opens_at: [["opens_at"], (form, zone) => timeIn(form.opens_at, zone)],
  closes_at: [["closes_at"], (form, zone) => timeIn(form.closes_at, zone)],
  result_visibility: [["result_visibility"], (form) => form.result_visibility],
  policy: [["policy"], (form) => form.policy],
  ...ofEach(/** @returns {FromForm} */ (name) => [[name], (form) => form[name] === "yes"]),
  presenter_language: [["presenter_language"], (form) => form.presenter_language || null],
  embed_origins: [["embed_origins"], (form) => originsIn(form.embed_origins)],
};

/**
 * Return a poll as the form shows it.
 * @param {Omit<Poll, "poll_id"|"revision">} poll
 * @param {string} [zone]
 * @returns {Form}
 */
export function formFrom(poll, zone) {
  return {
    question: poll.question,
    a: poll.options.a.label,
    b: poll.options.b.label,
    image_a: poll.options.a.image ?? "",
    image_b: poll.options.b.image ?? "",
    opens_at: asLocal(poll.opens_at, zone),
    closes_at: asLocal(poll.closes_at, zone),
    result_visibility: poll.result_visibility,
    policy: poll.policy,
    ...ofEach((name) => (poll[name] ? "yes" : "no")),
    presenter_language: poll.presenter_language ?? "",
    embed_origins: (poll.embed_origins ?? []).join("\n"),
  };
}

/**
 * Return the body of `POST /admin/api/polls`.
 * @param {Form} form
 * @param {string} [zone]
 */
export function pollOf(form, zone) {
  /** @type {Record<string, unknown>} */
  const body = {};
  for (const [name, [, read]] of Object.entries(BODY)) {
    const value = read(form, zone);
    if (value !== null) body[name] = value;
  }
  return body;
}

/**
 * Return the fields with different values.
 * @param {Form} form
 * @param {Form} before
 */
export const differing = (form, before) => FIELDS.filter((field) => form[field] !== before[field]);

/**
 * Return the body of `PATCH /admin/api/polls/{poll_id}`: the settings that have changed. A removed time or language is null.
 * @param {Form} form
 * @param {Form} before
 * @param {string} [zone]
 * @returns {Record<string, unknown>}
 */
export function changesOf(form, before, zone) {
  const changed = differing(form, before);
  const touched = Object.entries(BODY).filter(([, [fields]]) => fields.some((field) => changed.includes(field)));
  return Object.fromEntries(touched.map(([name, [, read]]) => [name, read(form, zone)]));
}

/**
 * Return the errors in the form, by field. The API validates it again.
 * @param {Form} form
 * @param {number} now server time in ms
 * @param {Form} [before] the form as it was filled: unchanged times are not validated again
 * @param {string} [zone]
 * @returns {FormErrors}
 */
export function errorsIn(form, now, before = EMPTY_FORM, zone) {
  /** @type {FormErrors} */
  const errors = {};
  /** @param {string} one @param {string} other */
  const same = (one, other) => one.trim().toLowerCase() === other.trim().toLowerCase();
  if (!form.question.trim()) errors.question = phrase("flaw.question");
  if (!form.a.trim()) errors.a = phrase("flaw.option_a");
  if (!form.b.trim()) errors.b = phrase("flaw.option_b");
  else if (same(form.a, form.b)) errors.b = phrase("flaw.same_options");
  /** @type {FormErrors} */
  const flaws = { ...flawsInTimes(form, now, before, zone), embed_origins: flawInOrigins(form.embed_origins) };
  for (const field of FIELDS) if (flaws[field]) errors[field] = flaws[field];
  return errors;
}

/**
 * @param {Form} form
 * @param {number} now server time in ms
 * @param {Form} before
 * @param {string} [zone]
 * @returns {FormErrors}
 */
function flawsInTimes(form, now, before, zone) {
  const opens = readLocal(form.opens_at, zone)?.instant ?? null;
  const closes = readLocal(form.closes_at, zone)?.instant ?? null;
  /** @type {FormErrors} */
  const flaws = {};
  if (form.opens_at !== before.opens_at && opens !== null) {
    if (opens <= now) flaws.opens_at = phrase("flaw.opening_passed");
    else if (opens > now + MAX_DAYS_AHEAD * DAY_MS) flaws.opens_at = phrase("flaw.too_far", { days: MAX_DAYS_AHEAD });
  }
  const untouched = form.opens_at === before.opens_at && form.closes_at === before.closes_at;
  if (untouched || closes === null) return flaws;
  if (closes <= now) flaws.closes_at = phrase("flaw.end_passed");
  else if (opens !== null && closes <= opens)
    flaws.closes_at = phrase("flaw.end_before_opening", { time: byBothClocks(opens, zone) });
  else if (closes > (opens ?? now) + MAX_DAYS_OPEN * DAY_MS)
    flaws.closes_at = phrase("flaw.too_long", { days: MAX_DAYS_OPEN });
  return flaws;
}

/**
 * Return the field of the form that an error of the API is about; "" for the whole form.
 * @param {string} path
 * @returns {Field|""}
 */
export function fieldOf(path) {
  if (path.startsWith("options.a")) return path.endsWith("image") ? "image_a" : "a";
  if (path.startsWith("options.b")) return path.endsWith("image") ? "image_b" : "b";
  if (path === "options") return "b"; // equal options: the second is the one to change
  return FIELDS.find((field) => Object.hasOwn(BODY, field) && path.startsWith(field)) ?? "";
}

/** @type {Field[]} */
const ALWAYS = [...BOOLEANS.filter((name) => SETTINGS[name].always), "presenter_language", "embed_origins"];

/**
 * The fields that may still change once a poll has opened; before, every field may.
 * @type {Partial<Record<Phase, Field[]>>}
 */
const STILL_FREE = { open: ["closes_at", ...ALWAYS], closed: ALWAYS };

/** Return the fields that cannot change in a phase. @param {Phase} phase */
export const frozenIn = (phase) =>
  Object.keys(EMPTY_FORM).filter((field) => !(STILL_FREE[phase] ?? [field]).includes(field));
