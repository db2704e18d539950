// The poll editor: a new poll, a copy of a poll, or a change of one. Tasks form a stack: a task that is begun later is
// finished first, and the earlier ones keep their typed text. No I/O, no clock, no DOM.

import { named, ofApi } from "./api-detail.js";
import { differing, EMPTY_FORM, formFrom } from "./form.js";
import { phrase } from "./i18n.js";
import { byBothClocks } from "./localtime.js";
import { fieldName } from "./settings.js";

/** @import { Poll } from "contracts" */
/** @import { AdminState, EditorAction, Field, Form, Handlers, Phase, Task, Writing } from "page-state" */

/** @type {Readonly<Task>} */
export const NEW = Object.freeze({
  kind: "new",
  poll_id: null,
  revision: null,
  question: "",
  before: EMPTY_FORM,
  clash: null,
});

/** Return the task of editing a poll. @param {Poll} poll @param {string} [zone] @returns {Writing} */
export function editOf({ poll_id, revision, question, ...poll }, zone) {
  const form = formFrom({ question, ...poll }, zone);
  return { task: { kind: "edit", poll_id, revision, question, before: form, clash: null }, form };
}

/**
 * Return the task of creating a new poll with the texts and settings of another: everything but its times. A copy of a
 * poll that has ended is a further run of it.
 * @param {Poll} poll
 * @param {string} [zone]
 * @returns {Writing}
 */
export function againOf({ poll_id: id, question, ...poll }, zone) {
  const poll_id = poll.status === "closed" ? id : null;
  const form = { ...formFrom({ question, ...poll }, zone), opens_at: "", closes_at: "" };
  return { task: { kind: "again", poll_id, revision: null, question, before: form, clash: null }, form };
}

/**
 * Return the changes by another organiser while a poll was being edited here.
 * @param {Task} task
 * @param {Poll} poll
 * @param {string} [zone]
 */
export const clashOf = (task, poll, zone) => ({
  revision: poll.revision,
  fields: differing(formFrom(poll, zone), task.before),
});

/**
 * Return the text about another organiser's change: its author, its time and the changed fields.
 * @param {{name: string, at: string}|undefined} entry of the audit log
 * @param {string|null|undefined} reason by the API, without an entry
 * @param {Field[]} fields
 * @param {string} [zone]
 */
export function clashWords(entry, reason, fields, zone) {
  const who = entry
    ? phrase("clash.who", { name: entry.name, time: byBothClocks(Date.parse(entry.at), zone) })
    : named(ofApi(reason) ? `${reason}.` : phrase("clash.unknown"), [], zone);
  const names = fields.map(fieldName).join(", ");
  return [who, names ? phrase("clash.fields", { names }) : phrase("clash.same"), phrase("clash.kept")].join(" ");
}

/** @param {Writing} writing */
const isUntouched = ({ form, task }) => differing(form, task.before).length === 0;
/** @type {(task: Task) => (one: Writing) => boolean} */
const isTask = (task) => (one) => one.task.kind === task.kind && one.task.poll_id === task.poll_id;

/** The handlers of the editor. @type {Handlers<AdminState, EditorAction>} */
export const EDITOR_HANDLERS = {
  typed: (state, { field, value }) => ({
    ...state,
    form: { ...state.form, [field]: value },
    errors: { ...state.errors, [field]: undefined },
  }),

  incomplete: (state, { errors }) => ({ ...state, errors }),

  field_invalid: (state, { field, message }) => ({ ...state, errors: { ...state.errors, [field]: message } }),

  edit_started(state, { task, form }) {
    const current = { task: state.task, form: state.form };
    if (isTask(task)(current)) return state; // it is the current task already, with its typed text
    const waiting = isUntouched(current) ? state.aside : [...state.aside, current];
    const before = waiting.find(isTask(task));
    return { ...state, ...(before ?? { task, form }), aside: waiting.filter((one) => one !== before), errors: {} };
  },

  finished(state) {
    const next = state.aside.at(-1) ?? { task: NEW, form: EMPTY_FORM };
    return { ...state, ...next, aside: state.aside.slice(0, -1), errors: {}, alert: null };
  },

  edit_conflict: (state, { clash }) => ({ ...state, task: { ...state.task, clash } }),

  reloaded: (state, { task, form }) => ({ ...state, task, form, errors: {} }),

  /** The edited poll was deleted; the typed text can become a new poll. */
  edited_poll_deleted: (state) => ({ ...state, task: NEW }),

  restored: (state, { kept }) => ({ ...state, ...kept }),
};

/**
 * Return the value that the tab stores for the way to the sign-in page and back; "" without typed text.
 * @param {Writing & {aside: Writing[]}} state
 */
export const toKeep = ({ task, form, aside }) =>
  task.kind === "new" && aside.length === 0 && isUntouched({ task, form }) ? "" : JSON.stringify({ task, form, aside });

/**
 * Return the stored value of the tab; null if it is not readable.
 * @param {string|null} text
 * @returns {(Writing & {aside: Writing[]})|null}
 */
export function fromKept(text) {
  try {
    const { task, form, aside } = JSON.parse(text ?? "null") ?? {};
    const whole = [{ task, form }, ...aside].every((one) => isForm(one.form) && isForm(one.task.before));
    return whole ? { task, form, aside } : null;
  } catch {
    return null;
  }
}

/** @param {Record<string, unknown>} form */
const isForm = (form) => Object.keys(EMPTY_FORM).every((field) => typeof form[field] === "string");

const EDITED = { soon: "note.scheduled", open: "note.open", closed: "note.closed" };

/**
 * The note above the form, by task and by the phase of the edited poll.
 * @type {Record<Task["kind"], (task: Task, phase: Phase) => string>}
 */
export const NOTES = {
  new: () => "",
  again: ({ question }) => phrase("note.again", { question }),
  edit: (_, phase) => (phase === "draft" ? "" : phrase(EDITED[phase])),
};

/** Return the label of the submit button. @param {Writing} writing @param {string} phase of the edited poll */
export function labelOfSubmit({ task, form }, phase) {
  if (task.kind !== "edit") return phrase(form.opens_at ? "form.create_schedule" : "form.create");
  return phrase(willSchedule(form, task, phase) ? "form.save_schedule" : "app.save");
}

/**
 * Return whether saving also schedules the poll: a draft with a new opening time.
 * @param {Form} form
 * @param {Task} task
 * @param {string} phase
 */
export const willSchedule = (form, task, phase) =>
  phase === "draft" && form.opens_at !== "" && form.opens_at !== task.before.opens_at;
