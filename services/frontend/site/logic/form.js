// The form that a poll is written in: what it holds, what is wrong with it, what it asks the API for. No I/O, no clock, no DOM.
import { asLocal, byBothClocks, readLocal } from "./localtime.js";
import { flawInOrigins, originsIn } from "./origins.js";

const DAY_MS = 86_400_000;
const MAX_DAYS_AHEAD = 366;
const MAX_DAYS_OPEN = 31;

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
  proof_of_work: "no",
  show_turnout: "no",
  embed_origins: "",
});

const timeIn = (text, zone) => {
  const read = readLocal(text, zone);
  return read && new Date(read.instant).toISOString();
};
const option = (label, image) => ({ label, image: image || null });
const yes = (value) => value === "yes";

/** What the API is asked for, setting by setting: the fields that it comes from, and how. */
const SETTINGS = {
  question: [["question"], (form) => form.question],
  options: [
    ["a", "b", "image_a", "image_b"],
    (form) => ({ a: option(form.a, form.image_a), b: option(form.b, form.image_b) }),
  ],
  opens_at: [["opens_at"], (form, zone) => timeIn(form.opens_at, zone)],
  closes_at: [["closes_at"], (form, zone) => timeIn(form.closes_at, zone)],
  result_visibility: [["result_visibility"], (form) => form.result_visibility],
  policy: [["policy"], (form) => form.policy],
  proof_of_work: [["proof_of_work"], (form) => yes(form.proof_of_work)],
  show_turnout: [["show_turnout"], (form) => yes(form.show_turnout)],
  embed_origins: [["embed_origins"], (form) => originsIn(form.embed_origins)],
};

/** A poll as the form shows it. */
export function formFrom(poll, zone) {
  const said = (value) => (value ? "yes" : "no");
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
    proof_of_work: said(poll.proof_of_work),
    show_turnout: said(poll.show_turnout),
    embed_origins: (poll.embed_origins ?? []).join("\n"),
  };
}

/** The body of `POST /admin/api/polls`. */
export function pollOf(form, zone) {
  const body = {};
  for (const [name, [, read]] of Object.entries(SETTINGS)) {
    const value = read(form, zone);
    if (value !== null) body[name] = value;
  }
  return body;
}

export const differing = (form, before) => Object.keys(EMPTY_FORM).filter((field) => form[field] !== before[field]);

/** The body of `PATCH /admin/api/polls/{poll_id}`: what has changed. A time that was taken out is null. */
export function changesOf(form, before, zone) {
  const changed = differing(form, before);
  const touched = Object.entries(SETTINGS).filter(([, [fields]]) => fields.some((field) => changed.includes(field)));
  return Object.fromEntries(touched.map(([name, [, read]]) => [name, read(form, zone)]));
}

/**
 * What is wrong with the form before it is worth sending, by field. The API has the last word.
 * @param {number} now server time in ms
 * @param {object} before the form as it was filled: times that were not touched are not judged again
 */
export function errorsIn(form, now, zone, before = EMPTY_FORM) {
  const errors = {};
  const same = (one, other) => one.trim().toLowerCase() === other.trim().toLowerCase();
  if (!form.question.trim()) errors.question = "Write a question.";
  if (!form.a.trim()) errors.a = "Write the first option.";
  if (!form.b.trim()) errors.b = "Write the second option.";
  else if (same(form.a, form.b)) errors.b = "The two options must differ.";
  const flaws = { ...flawsInTimes(form, now, zone, before), embed_origins: flawInOrigins(form.embed_origins) };
  for (const [field, flaw] of Object.entries(flaws)) if (flaw) errors[field] = flaw;
  return errors;
}

function flawsInTimes(form, now, zone, before) {
  const opens = readLocal(form.opens_at, zone)?.instant ?? null;
  const closes = readLocal(form.closes_at, zone)?.instant ?? null;
  const flaws = {};
  if (form.opens_at !== before.opens_at && opens !== null) {
    if (opens <= now) flaws.opens_at = "This time has passed. Choose a later one, or none to open by hand.";
    else if (opens > now + MAX_DAYS_AHEAD * DAY_MS) flaws.opens_at = `Choose a time within ${MAX_DAYS_AHEAD} days.`;
  }
  const untouched = form.opens_at === before.opens_at && form.closes_at === before.closes_at;
  if (untouched || closes === null) return flaws;
  if (closes <= now) flaws.closes_at = "Choose a time in the future.";
  else if (opens !== null && closes <= opens)
    flaws.closes_at = `It opens ${byBothClocks(opens, zone)}. Choose a later time to close.`;
  else if (closes > (opens ?? now) + MAX_DAYS_OPEN * DAY_MS)
    flaws.closes_at = `A poll stays open for ${MAX_DAYS_OPEN} days at most. Choose an earlier time.`;
  return flaws;
}

/** Which field of the form an error of the API is about; "" for the form as a whole. */
export function fieldOf(path) {
  if (path.startsWith("options.a")) return path.endsWith("image") ? "image_a" : "a";
  if (path.startsWith("options.b")) return path.endsWith("image") ? "image_b" : "b";
  if (path === "options") return "b"; // equal options: the second is the one to change
  return Object.keys(SETTINGS).find((setting) => path.startsWith(setting)) ?? "";
}

/** Once a poll has opened, what may still change; before, everything may. */
const STILL_FREE = { open: ["closes_at", "show_turnout", "embed_origins"], closed: ["show_turnout", "embed_origins"] };

/** The fields that are fixed in a poll of this phase. @param {"draft"|"soon"|"open"|"closed"} phase */
export const frozenIn = (phase) =>
  Object.keys(EMPTY_FORM).filter((field) => !(STILL_FREE[phase] ?? [field]).includes(field));
