// The poll editor: edits are stored in this tab until they are sent. After a refusal the typed text stays.
import { Failure } from "../api.js";
import { COUNTDOWN_SECONDS } from "../logic/clock.js";
import { againOf, clashOf, clashWords, editOf, fromKept, toKeep, willSchedule } from "../logic/editor-state.js";
import { changesOf, EMPTY_FORM, errorsIn, FIELDS, pollOf } from "../logic/form.js";
import { phrase } from "../logic/i18n.js";
import { byBothClocks } from "../logic/localtime.js";
import { wordsOf } from "../logic/organiser-refusals.js";
import { BOOLEANS } from "../logic/settings.js";
import { wake } from "../organisers/live-connection.js";
import { fetchPoll, sendAction } from "../organisers/polls.js";
import { callSigned, createSigned } from "../organisers/session.js";
import { tab } from "../storage.js";
import { eventsOf } from "./audit-log.js";
import { forgetPictures, PICTURES, picturesUnderWay, sendPicture } from "./pictures.js";
import { attempt, dispatch, focusOn, read, refusedAt, say, selected, serverTime } from "./store.js";

/** @import { Poll } from "contracts" */
/** @import { AdminAction, Field, Form, FormErrors, Task, Writing } from "page-state" */

const KEPT = "tot.admin.form";
export const TIMES = /** @type {const} */ (["opens_at", "closes_at"]);
/** @type {Field[]} The settings that are folded, unless one of them is set. */
const MORE = [...BOOLEANS, "presenter_language", "embed_origins"];

/** Dispatch an action, and store the form in this tab for the way to the sign-in page and back. @param {AdminAction} action */
export function change(action) {
  dispatch(action);
  const kept = toKeep(read());
  if (kept) tab.set(KEPT, kept);
  else tab.remove(KEPT);
}

/** @param {Task} task @param {Form} form @param {boolean} opening whether it opens at once */
const create = (task, form, opening) =>
  send(async () => {
    const rerun = task.kind === "again" && task.poll_id ? { rerun_of: task.poll_id } : {};
    /** @type {Poll} */
    const poll = await createSigned("/admin/api/polls", { ...pollOf(form), ...rerun });
    change({ type: "created", poll });
    if (poll.opens_at || opening) return schedule(poll, true);
    say(phrase("form.created"));
    return focusOn("open");
  });

/** @param {Task} task @param {Form} form @param {number|null} revision the one that the organiser has seen */
const save = (task, form, revision) =>
  send(async () => {
    const path = `/admin/api/polls/${task.poll_id}`;
    try {
      /** @type {Poll} */
      const poll = await callSigned("PATCH", path, { ...changesOf(form, task.before), revision });
      done({ type: "saved", poll }, phrase("form.saved"));
      wake();
      if (willSchedule(form, task, poll.status)) await schedule(poll, false);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      if (failure.slug === "revision-conflict") return showConflict(task, failure.problem.detail);
      if (failure.slug !== "unknown-poll") throw failure;
      change({ type: "edited_poll_deleted" });
      const problem = { title: phrase("done.deleted_meanwhile"), detail: phrase("form.kept_as_new") };
      dispatch({ type: "refused", status: failure.status, problem, about: "form" });
    }
  });

/**
 * Show another organiser's change: no change is overwritten without the organiser's knowledge.
 * @param {Task} task
 * @param {string|null|undefined} reason
 */
async function showConflict(task, reason) {
  const events = eventsOf(task.poll_id);
  const poll = await fetchPoll(task.poll_id);
  const [last] = (await events).filter(({ revision }) => (revision ?? 0) > (task.revision ?? 0));
  const clash = clashOf(task, poll);
  dispatch({ type: "poll", poll });
  change({ type: "edit_conflict", clash: { ...clash, text: clashWords(last, reason, clash.fields) } });
  focusOn("clash");
}

/**
 * Schedule a saved draft, or open it if it has no opening time. A refusal leaves the draft as it is, and is shown.
 * @param {Poll} draft
 * @param {boolean} isNew
 */
async function schedule(draft, isNew) {
  const { opens_at } = draft;
  focusOn("details-question");
  try {
    const poll = await sendAction({ step: "schedule", times: { opens_at } }, draft);
    dispatch({ type: "poll", poll });
    say(
      opens_at
        ? phrase("form.scheduled", { time: byBothClocks(Date.parse(poll.opens_at ?? "")) })
        : phrase("done.opens", { seconds: COUNTDOWN_SECONDS }),
    );
    wake();
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.status === 401) throw failure;
    const { title, detail, advice } = wordsOf(failure.status, failure.problem);
    const own = [detail, ...(failure.problem.errors ?? []).map(({ message }) => message)].filter(Boolean);
    const why = [title, ...(own.length ? own : [advice])].map((sentence) => sentence.replace(/\.$/, ""));
    const created = opens_at ? "form.kept_not_scheduled" : "form.kept_not_open";
    const problem = {
      title: phrase(isNew ? created : "form.saved_not_scheduled"),
      detail: `${why.filter(Boolean).join(". ")}.`,
    };
    dispatch({ type: "refused", status: failure.status, problem, about: "step" });
  }
}

/** @param {() => Promise<unknown>} work */
async function send(work) {
  dispatch({ type: "dismissed" }); // the texts of the last attempt
  await attempt("create", work, refusedAt("form"));
  focusFirst(read().errors);
}

/** Send the form. @param {boolean} opening whether a new poll opens at once */
export function submit(opening = false) {
  const { task, form, busy, errors: before } = read();
  if (busy.create) return;
  const errors = { ...errorsIn(form, serverTime(), task.before), ...halfTyped(), ...picturesUnderWay() };
  const kept = Object.fromEntries(PICTURES.map((field) => [field, before[field]])); // a poll does not need its image
  dispatch({ type: "incomplete", errors: { ...kept, ...errors } });
  if (focusFirst(errors)) return;
  if (task.kind !== "edit") create(task, form, opening);
  else if (Object.keys(changesOf(form, task.before)).length === 0) nothingChanged();
  else save(task, form, task.revision);
}

const nothingChanged = () => done({ type: "finished" }, phrase("form.unchanged"));

/** @param {AdminAction} action @param {string} said */
function done(action, said) {
  forgetPictures();
  change(action);
  say(said);
  focusOn("edit");
}

/** @param {Writing} writing */
function begin(writing) {
  forgetPictures();
  change({ type: "edit_started", ...writing });
  unfold();
  goTo(FIELDS.find((field) => !inputOf(field).disabled) ?? "question");
}

/** @param {Field} field */
const inputOf = (field) => /** @type {HTMLInputElement} */ (document.getElementById(`f-${field}`));

function unfold(open = MORE.some((field) => read().form[field] !== EMPTY_FORM[field])) {
  const more = document.getElementById("more-settings");
  if (more instanceof HTMLDetailsElement) more.open = open;
}

const free = () => !read().busy.create;

/** Edit the selected poll. */
export function edit() {
  if (!free()) return;
  attempt("edit", async () => {
    const poll = await fetchPoll(read().selected);
    dispatch({ type: "poll", poll });
    begin(editOf(poll));
  });
}

/** Begin a new poll with the texts and settings of the selected one. */
export function duplicate() {
  const poll = selected();
  if (poll && free()) begin(againOf(poll));
}

/** Write an example into the form. @param {Partial<Form>} texts */
export function fillIn(texts) {
  for (const [field, value] of Object.entries(texts))
    change({ type: "typed", field: /** @type {Field} */ (field), value });
  focusOn("f-question");
}

export const cancel = () => free() && nothingChanged();

/** Replace the typed text by the newer version. */
export function loadNewer() {
  const poll = read().polls.find(({ poll_id }) => poll_id === read().task.poll_id);
  if (!poll) return;
  forgetPictures();
  change({ type: "reloaded", ...editOf(poll) });
  say(phrase("form.loaded"));
  focusOn("new-heading");
}

/** Save over the newer version. */
export function overwrite() {
  const { task, form } = read();
  if (task.clash) save(task, form, task.clash.revision);
}

/** @param {HTMLInputElement} input */
export function typed(input) {
  if (!free()) return dispatch({ type: "typed", field: "question", value: read().form.question }); // it is being sent: draw the sent values again
  const field = FIELDS.find((name) => name === input.name);
  const picture = PICTURES.find((name) => name === input.name);
  if (picture) sendPicture(picture, input.files?.[0]);
  else if (field) change({ type: "typed", field, value: input.value });
}

/** Restore the text that this tab has stored. */
export function restore() {
  const kept = fromKept(tab.get(KEPT));
  if (kept) dispatch({ type: "restored", kept });
  unfold();
}

/** Return the errors of incomplete times: such a field has no value, and only its validity shows the input. @returns {FormErrors} */
function halfTyped() {
  const half = TIMES.filter((field) => inputOf(field).validity.badInput);
  return Object.fromEntries(half.map((field) => [field, phrase("form.half_time")]));
}

/** Focus the first field with an error. @param {FormErrors} errors */
function focusFirst(errors) {
  const first = FIELDS.find((field) => errors[field]);
  if (first) goTo(first);
  return Boolean(first);
}

/** Focus a field, and unfold the settings around it. @param {Field} field */
function goTo(field) {
  if (MORE.includes(field)) unfold(true);
  inputOf(field).focus();
}
