// The poll editor: edits are stored in this tab until they are sent. After a refusal the typed text stays.
import { Failure } from "../api.js";
import { selectedPoll, serverNow } from "../logic/admin.js";
import { COUNTDOWN_SECONDS } from "../logic/clock.js";
import { againOf, clashOf, clashWords, editOf, fromKept, toKeep, willSchedule } from "../logic/editor-state.js";
import { changesOf, EMPTY_FORM, errorsIn, FIELDS, pollOf } from "../logic/form.js";
import { byBothClocks } from "../logic/localtime.js";
import { wordsOf } from "../logic/organiser-refusals.js";
import { BOOLEANS } from "../logic/settings.js";
import { now } from "../now.js";
import { tab } from "../storage.js";
import { eventsOf } from "./audit-log.js";
import { $, fieldOf, say } from "./dom.js";
import { PICTURES, TIMES, ZONE } from "./form.js";
import { picturesOf } from "./pictures.js";
import { callSigned, createSigned } from "./session.js";

/** @import { Poll } from "contracts" */
/** @import { AdminAction, AdminDispatch, Field, Form, FormErrors, ReadAdmin, Reply, RunAction, Task, Writing } from "page-state" */

const KEPT = "tot.admin.form";
/** @type {Field[]} The settings that are folded, unless one of them is set. */
const MORE = [...BOOLEANS, "embed_origins"];

/**
 * Return the poll editor.
 * @param {ReadAdmin} read
 * @param {AdminDispatch} dispatch
 * @param {RunAction} attempt
 * @param {() => void} wake makes the live connection ping at once
 */
export function editorOf(read, dispatch, attempt, wake) {
  const pictures = picturesOf(read, change);

  /**
   * Dispatch an action, and store the form in this tab for the way to the sign-in page and back.
   * @param {AdminAction} action
   */
  function change(action) {
    dispatch(action);
    const kept = toKeep(read());
    if (kept) tab.set(KEPT, kept);
    else tab.remove(KEPT);
  }

  /** @param {Task} task @param {Form} form @param {boolean} opening whether it opens at once */
  const create = (task, form, opening = false) =>
    send(async () => {
      const rerun = task.kind === "again" && task.poll_id ? { rerun_of: task.poll_id } : {};
      /** @type {Reply<Poll>} */
      const { body } = await createSigned("/admin/api/polls", { ...pollOf(form, ZONE), ...rerun });
      change({ type: "created", poll: body });
      if (body.opens_at || opening) return schedule(body, "The draft is kept");
      say("Draft created.");
      return $("open").focus();
    });

  /** @param {Task} task @param {Form} form @param {number|null} revision the one that the organiser has seen */
  const save = (task, form, revision) =>
    send(async () => {
      const path = `/admin/api/polls/${task.poll_id}`;
      try {
        /** @type {Reply<Poll>} */
        const { body } = await callSigned("PATCH", path, { ...changesOf(form, task.before, ZONE), revision });
        done({ type: "saved", poll: body }, "Saved.");
        wake();
        if (willSchedule(form, task, body.status)) await schedule(body, "The change is saved");
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        if (failure.slug === "revision-conflict") return showConflict(task, failure.problem.detail);
        if (failure.slug !== "unknown-poll") throw failure;
        change({ type: "edited_poll_deleted" });
        const problem = {
          title: "This poll was deleted in the meantime.",
          detail: "What you typed is kept here, as a new poll.",
        };
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
    /** @type {Reply<Poll>} */
    const { body } = await callSigned("GET", `/admin/api/polls/${task.poll_id}`);
    const [last] = (await events).filter(({ revision }) => (revision ?? 0) > (task.revision ?? 0));
    const clash = clashOf(task, body, ZONE);
    dispatch({ type: "poll", poll: body });
    change({ type: "edit_conflict", clash: { ...clash, text: clashWords(last, reason, clash.fields, ZONE) } });
    $("clash").focus();
  }

  /**
   * Schedule a saved draft, or open it if it has no opening time. A refusal leaves the draft as it is, and is shown.
   * @param {Poll} poll
   * @param {string} kept
   */
  async function schedule({ poll_id, opens_at, revision }, kept) {
    $("details-question").focus();
    try {
      /** @type {Reply<Poll>} */
      const { body } = await callSigned("POST", `/admin/api/polls/${poll_id}/open`, { opens_at, revision });
      dispatch({ type: "poll", poll: body });
      say(
        opens_at
          ? `Scheduled: it opens ${byBothClocks(Date.parse(body.opens_at ?? ""), ZONE)}.`
          : `The poll opens in ${COUNTDOWN_SECONDS} seconds.`,
      );
      wake();
    } catch (failure) {
      if (!(failure instanceof Failure) || failure.status === 401) throw failure;
      const { title, detail, advice } = wordsOf(failure.status, failure.problem);
      const own = [detail, ...(failure.problem.errors ?? []).map(({ message }) => message)].filter(Boolean);
      const why = [title, ...(own.length ? own : [advice])].map((sentence) => sentence.replace(/\.$/, ""));
      const problem = {
        title: `${kept}, but it is not ${opens_at ? "scheduled" : "open"}.`,
        detail: `${why.filter(Boolean).join(". ")}.`,
      };
      dispatch({ type: "refused", status: failure.status, problem, about: "step" });
    }
  }

  /** @param {() => Promise<unknown>} work */
  async function send(work) {
    dispatch({ type: "dismissed" }); // the texts of the last attempt
    await attempt("create", "form", work);
    focusFirst(read().errors);
  }

  function submit(opening = false) {
    const { task, form, busy, errors: before, ...state } = read();
    if (busy.create) return;
    const errors = {
      ...errorsIn(form, serverNow(state, now()), ZONE, task.before),
      ...halfTyped(),
      ...pictures.underWay(),
    };
    const kept = Object.fromEntries(PICTURES.map((field) => [field, before[field]])); // a poll does not need its image
    dispatch({ type: "incomplete", errors: { ...kept, ...errors } });
    if (focusFirst(errors)) return;
    if (task.kind !== "edit") create(task, form, opening);
    else if (Object.keys(changesOf(form, task.before, ZONE)).length === 0)
      done({ type: "finished" }, "Nothing was changed.");
    else save(task, form, task.revision);
  }

  /** @param {AdminAction} action @param {string} said */
  function done(action, said) {
    pictures.forget();
    change(action);
    say(said);
    ($("edit").hidden ? $("details-question") : $("edit")).focus();
  }

  /** @param {Writing} writing */
  function begin(writing) {
    pictures.forget();
    change({ type: "edit_started", ...writing });
    unfold();
    goTo(FIELDS.find((field) => !$(`f-${field}`).disabled) ?? "question");
  }

  function unfold() {
    $("more-settings").open = MORE.some((field) => read().form[field] !== EMPTY_FORM[field]);
  }

  const free = () => !read().busy.create;

  function edit() {
    if (free()) {
      attempt("edit", "poll", async () => {
        /** @type {Reply<Poll>} */
        const { body } = await callSigned("GET", `/admin/api/polls/${read().selected}`);
        dispatch({ type: "poll", poll: body });
        begin(editOf(body, ZONE));
      });
    }
  }

  function again() {
    const poll = selectedPoll(read());
    if (poll && free()) begin(againOf(poll, ZONE));
  }

  const cancel = () => free() && done({ type: "finished" }, "Nothing was changed.");

  /** Replace the typed text by the newer version. */
  function load() {
    const poll = read().polls.find(({ poll_id }) => poll_id === read().task.poll_id);
    if (!poll) return;
    pictures.forget();
    change({ type: "reloaded", ...editOf(poll, ZONE) });
    say("This is the newer version.");
    $("new-heading").focus();
  }

  function over() {
    const { task, form } = read();
    if (task.clash) save(task, form, task.clash.revision);
  }

  /** @param {HTMLInputElement} input */
  function typed(input) {
    if (!free()) return; // the form is being sent: the next drawing restores the sent value
    const field = FIELDS.find((name) => name === input.name);
    const picture = PICTURES.find((name) => name === input.name);
    if (picture) pictures.chosen(picture, input.files?.[0]);
    else if (field) change({ type: "typed", field, value: input.value });
  }

  function listen() {
    $("form").addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
    });
    $("form").addEventListener("input", (event) => typed(fieldOf(event)));
    for (const field of PICTURES) $(`x-${field}`).addEventListener("click", () => pictures.remove(field));
    $("edit").addEventListener("click", edit);
    $("again").addEventListener("click", again);
    $("cancel").addEventListener("click", cancel);
    $("create-open").addEventListener("click", () => submit(true));
    $("clash-load").addEventListener("click", load);
    $("conflict-overwrite").addEventListener("click", over);
  }

  function restore() {
    const kept = fromKept(tab.get(KEPT));
    if (kept) dispatch({ type: "restored", kept });
    unfold();
  }

  return { listen, restore };
}

/**
 * Return the errors of incomplete times: such a field has no value, and only its validity shows the input.
 * @returns {FormErrors}
 */
function halfTyped() {
  const half = TIMES.filter((field) => $(`f-${field}`).validity.badInput);
  return Object.fromEntries(
    half.map((field) => [field, "A part is missing. Give both date and time, or clear the field."]),
  );
}

/** Focus the first field with an error. @param {FormErrors} errors */
function focusFirst(errors) {
  const first = FIELDS.find((field) => errors[field]);
  if (first) goTo(first);
  return Boolean(first);
}

/** Focus a field, and unfold the settings around it. @param {Field} field */
function goTo(field) {
  const input = $(`f-${field}`);
  if (MORE.includes(field)) $("more-settings").open = true;
  input.focus();
}
