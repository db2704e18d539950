// What is being written: a new poll, one that is asked again, a change of one that exists. Begun one upon another, each
// waits with what was typed in it until the one above is done. No I/O, no clock, no DOM.
import { differing, EMPTY_FORM, formFrom } from "./form.js";
import { byBothClocks } from "./localtime.js";
import { named } from "./error-text.js";

/**
 * @typedef {{kind: "new"|"again"|"edit", poll_id: string|null, revision: number|null, question: string, before: object,
 *   clash: null|{told: string, revision: number, fields: string[]}}} Task
 * `before`: the form as it was filled; `clash`: somebody else has changed the poll since.
 */

/** @type {Task} */
export const NEW = Object.freeze({
  kind: "new",
  poll_id: null,
  revision: null,
  question: "",
  before: EMPTY_FORM,
  clash: null,
});

/** To change this poll. @returns {{task: Task, form: object}} */
export function editOf({ poll_id, revision, question, ...poll }, zone) {
  const form = formFrom({ question, ...poll }, zone);
  return { task: { kind: "edit", poll_id, revision, question, before: form, clash: null }, form };
}

/** To ask this poll again: everything but its times. @returns {{task: Task, form: object}} */
export function againOf({ poll_id, question, ...poll }, zone) {
  const form = { ...formFrom({ question, ...poll }, zone), opens_at: "", closes_at: "" };
  return { task: { kind: "again", poll_id, revision: null, question, before: form, clash: null }, form };
}

/** What somebody else has made of a poll while it was being changed here. */
export const clashOf = (task, poll, zone) => ({
  revision: poll.revision,
  fields: differing(formFrom(poll, zone), task.before),
});

const NAMES = {
  question: "the question",
  a: "This",
  b: "That",
  image_a: "the picture of This",
  image_b: "the picture of That",
  opens_at: "the opening",
  closes_at: "the end",
  result_visibility: "who sees results",
  policy: "one vote per",
  proof_of_work: "the proof of work",
  show_turnout: "the turnout",
  embed_origins: "the embedding sites",
};

/**
 * Who changed it, when and what.
 * @param {{name: string, at: string}|undefined} entry of the audit log
 * @param {string|undefined} told by the API, for want of an entry
 */
export function clashWords(entry, told, fields, zone) {
  const who = entry
    ? `${entry.name} changed this poll at ${byBothClocks(Date.parse(entry.at), zone)}`
    : named(told ?? "Somebody changed this poll", [], zone);
  const what =
    fields.length > 0
      ? `Changed there: ${fields.map((field) => NAMES[field]).join(", ")}.`
      : "Its texts and settings are the same.";
  return `${who}. ${what} Nothing of yours is saved yet; what you typed is still here.`;
}

const isUntouched = ({ form, task }) => differing(form, task.before).length === 0;
const isTask = (task) => (one) => one.task.kind === task.kind && one.task.poll_id === task.poll_id;

/** How the page's state changes with it. */
export const WRITING = {
  typed: (state, { field, value }) => ({
    ...state,
    form: { ...state.form, [field]: value },
    errors: { ...state.errors, [field]: undefined },
  }),

  incomplete: (state, { errors }) => ({ ...state, errors }),

  flawed: (state, { field, message }) => ({ ...state, errors: { ...state.errors, [field]: message } }),

  begun(state, { task, form }) {
    const current = { task: state.task, form: state.form };
    if (isTask(task)(current)) return state; // it is there already, with what was typed
    const waiting = isUntouched(current) ? state.aside : [...state.aside, current];
    const before = waiting.find(isTask(task));
    return { ...state, ...(before ?? { task, form }), aside: waiting.filter((one) => one !== before), errors: {} };
  },

  finished(state) {
    const next = state.aside.at(-1) ?? { task: NEW, form: EMPTY_FORM };
    return { ...state, ...next, aside: state.aside.slice(0, -1), errors: {}, alert: null };
  },

  clashed: (state, { clash }) => ({ ...state, task: { ...state.task, clash } }),

  reloaded: (state, { task, form }) => ({ ...state, task, form, errors: {} }),

  /** The poll that was being changed is gone; what was typed can become a new one. */
  orphaned: (state) => ({ ...state, task: NEW }),

  restored: (state, { kept }) => ({ ...state, ...kept }),
};

/** What waits in the tab, for the way to the sign-in page and back; "" when nothing was typed. */
export const toKeep = ({ task, form, aside }) =>
  task.kind === "new" && aside.length === 0 && isUntouched({ task, form }) ? "" : JSON.stringify({ task, form, aside });

/** What waited there; null when it is nothing of ours. @param {string|null} text */
export function fromKept(text) {
  try {
    const { task, form, aside } = JSON.parse(text ?? "null") ?? {};
    const whole = [{ task, form }, ...aside].every((one) => isForm(one.form) && isForm(one.task.before));
    return whole ? { task, form, aside } : null;
  } catch {
    return null;
  }
}

const isForm = (form) => Object.keys(EMPTY_FORM).every((field) => typeof form[field] === "string");

/** What is said above the form, by what it is for and where that poll is in its life. */
export const NOTES = {
  new: () => "",
  again: ({ question }) =>
    `A new poll with the texts and settings of “${question}”. It starts without votes, and without times.`,
  edit: (_, phase) =>
    ({
      draft: "",
      soon: "It is scheduled. All of it may change until it opens.",
      open: "It has opened, so what voters were promised is fixed. Its end may move to a later time.",
      closed: "It has closed, so what voters were promised is fixed.",
    })[phase],
};

/** What a press of the button does. @param {string} phase of the poll that is changed */
export function labelOfSubmit({ task, form }, phase) {
  if (task.kind !== "edit") return form.opens_at ? "Create and schedule" : "Create draft";
  return willSchedule(form, task, phase) ? "Save and schedule" : "Save";
}

/** A draft that is given a time of opening is meant to open then. */
export const willSchedule = (form, task, phase) =>
  phase === "draft" && form.opens_at !== "" && form.opens_at !== task.before.opens_at;
