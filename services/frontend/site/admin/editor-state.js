// Writing a poll: begun, typed, kept in this tab, sent. Whatever is refused, what was typed stays.
import { selectedPoll, serverNow } from "../logic/admin.js";
import { changesOf, EMPTY_FORM, errorsIn, pollOf } from "../logic/form.js";
import { byBothClocks } from "../logic/localtime.js";
import { wordsOf } from "../logic/refusals.js";
import { againOf, clashOf, clashWords, editOf, fromKept, toKeep, willSchedule } from "../logic/editor-state.js";
import { now } from "../now.js";
import { tab } from "../storage.js";
import { $, say } from "./dom.js";
import { PICTURES, TIMES, ZONE } from "./form.js";
import { picturesOf } from "./pictures.js";
import { callSigned, createSigned } from "./session.js";

const KEPT = "tot.admin.form";
const MORE = ["proof_of_work", "show_turnout", "embed_origins"]; // folded away, until there is something in them

/**
 * @param {() => object} read the page's state
 * @param {(action: object) => void} dispatch
 * @param {(name: string, about: string, work: () => Promise<void>) => Promise<void>} attempt
 * @param {() => void} wake has the live connection look at once
 */
export function writingOf(read, dispatch, attempt, wake) {
  const pictures = picturesOf(read, change);

  /** Survives the way to the sign-in page and back. */
  function change(action) {
    dispatch(action);
    const kept = toKeep(read());
    if (kept) tab.set(KEPT, kept);
    else tab.remove(KEPT);
  }

  const create = (task, form) =>
    send(async () => {
      const rerun = task.kind === "again" ? { rerun_of: task.poll_id } : {};
      const { body } = await createSigned("/admin/api/polls", { ...pollOf(form, ZONE), ...rerun });
      change({ type: "created", poll: body });
      if (body.opens_at) return schedule(body, "The draft is kept");
      say("Draft created.");
      return $("open").focus();
    });

  /** @param {number} revision the one that the organiser has seen */
  const save = (task, form, revision) =>
    send(async () => {
      const path = `/admin/api/polls/${task.poll_id}`;
      try {
        const { body } = await callSigned("PATCH", path, { ...changesOf(form, task.before, ZONE), revision });
        done({ type: "saved", poll: body }, "Saved.");
        wake();
        if (willSchedule(form, task, body.status)) await schedule(body, "The change is saved");
      } catch (failure) {
        if (failure.slug === "revision-conflict") return tellWhoWasQuicker(task, failure.problem.detail);
        if (failure.slug !== "unknown-poll") throw failure;
        change({ type: "edited_poll_deleted" });
        const problem = {
          title: "Somebody deleted this poll meanwhile.",
          detail: "What you typed is kept here, as a new poll.",
        };
        dispatch({ type: "refused", status: failure.status, problem, about: "form" });
      }
    });

  /** Nothing is overwritten that the organiser has not been told of. */
  async function tellWhoWasQuicker(task, told) {
    const auditLog = callSigned("GET", `/admin/api/audit?poll_id=${task.poll_id}`).catch(() => ({
      body: { entries: [] },
    }));
    const { body } = await callSigned("GET", `/admin/api/polls/${task.poll_id}`);
    const [last] = (await auditLog).body.entries.filter(({ revision }) => revision > task.revision);
    const clash = clashOf(task, body, ZONE);
    dispatch({ type: "poll", poll: body });
    change({ type: "edit_conflict", clash: { ...clash, told: clashWords(last, told, clash.fields, ZONE) } });
    $("clash").focus();
  }

  /** A refusal leaves the draft as it is, and says so. */
  async function schedule({ poll_id, opens_at, revision }, kept) {
    $("poll-details-question").focus();
    try {
      const { body } = await callSigned("POST", `/admin/api/polls/${poll_id}/open`, { opens_at, revision });
      dispatch({ type: "poll", poll: body });
      say(`Scheduled: it opens ${byBothClocks(Date.parse(body.opens_at), ZONE)}.`);
      wake();
    } catch (failure) {
      if (failure.status === undefined || failure.status === 401) throw failure;
      const { title, detail, advice } = wordsOf(failure.status, failure.problem);
      const own = [detail, ...(failure.problem.errors ?? []).map(({ message }) => message)].filter(Boolean);
      const why = [title, ...(own.length ? own : [advice])].map((sentence) => sentence.replace(/\.$/, ""));
      const problem = { title: `${kept}, but it is not scheduled.`, detail: `${why.filter(Boolean).join(". ")}.` };
      dispatch({ type: "refused", status: failure.status, problem, about: "step" });
    }
  }

  async function send(work) {
    dispatch({ type: "dismissed" }); // what was said of the last attempt
    await attempt("create", "form", work);
    focusFirst(read().errors);
  }

  function submit() {
    const { task, form, busy, errors: before, ...state } = read();
    if (busy.create) return;
    const errors = {
      ...errorsIn(form, serverNow(state, now()), ZONE, task.before),
      ...halfTyped(),
      ...pictures.underWay(),
    };
    const told = Object.fromEntries(PICTURES.map((field) => [field, before[field]])); // a poll can go without its picture
    dispatch({ type: "incomplete", errors: { ...told, ...errors } });
    if (focusFirst(errors)) return;
    if (task.kind !== "edit") create(task, form);
    else if (Object.keys(changesOf(form, task.before, ZONE)).length === 0)
      done({ type: "finished" }, "Nothing was changed.");
    else save(task, form, task.revision);
  }

  function done(action, said) {
    pictures.forget();
    change(action);
    say(said);
    $($("edit").hidden ? "poll-details-question" : "edit").focus();
  }

  function begin(writing) {
    pictures.forget();
    change({ type: "edit_started", ...writing });
    unfold();
    goTo(Object.keys(EMPTY_FORM).find((field) => !$(`f-${field}`).disabled));
  }

  const unfold = () => ($("more-settings").open = MORE.some((field) => read().form[field] !== EMPTY_FORM[field]));
  const free = () => !read().busy.create;

  function edit() {
    if (free()) {
      attempt("edit", "poll", async () => {
        const { body } = await callSigned("GET", `/admin/api/polls/${read().selected}`);
        dispatch({ type: "poll", poll: body });
        begin(editOf(body, ZONE));
      });
    }
  }

  const again = () => free() && begin(againOf(selectedPoll(read()), ZONE));
  const cancel = () => free() && done({ type: "finished" }, "Nothing was changed.");

  /** The newer version in place of what was typed: asked for, by a button that says so. */
  function load() {
    const poll = read().polls.find(({ poll_id }) => poll_id === read().task.poll_id);
    pictures.forget();
    change({ type: "reloaded", ...editOf(poll, ZONE) });
    say("This is the newer version.");
    $("new-heading").focus();
  }

  function over() {
    const { task, form } = read();
    save(task, form, task.clash.revision);
  }

  function typed(input) {
    if (!free()) return; // what is on its way is what stays: the next picture of the page shows it again
    if (PICTURES.includes(input.name)) pictures.chosen(input);
    else change({ type: "typed", field: input.name, value: input.value });
  }

  function listen() {
    $("form").addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
    });
    $("form").addEventListener("input", ({ target }) => typed(target));
    for (const field of PICTURES) $(`x-${field}`).addEventListener("click", () => pictures.remove(field));
    for (const [id, way] of Object.entries({ edit, again, cancel, "clash-load": load, "clash-over": over })) {
      $(id).addEventListener("click", way);
    }
  }

  function restore() {
    const kept = fromKept(tab.get(KEPT));
    if (kept) dispatch({ type: "restored", kept });
    unfold();
  }

  return { listen, restore };
}

/** A time of which a part is missing has no value; only its field knows that something was typed. */
function halfTyped() {
  const half = TIMES.filter((field) => $(`f-${field}`).validity.badInput);
  return Object.fromEntries(
    half.map((field) => [field, "A part is missing. Give both date and time, or clear the field."]),
  );
}

function focusFirst(errors) {
  const first = Object.keys(EMPTY_FORM).find((field) => errors[field]);
  if (first) goTo(first);
  return Boolean(first);
}

/** A field among the settings that are folded away is unfolded first. */
function goTo(field) {
  const input = $(`f-${field}`);
  if (MORE.includes(field)) $("more-settings").open = true;
  input.focus();
}
