// Actions on the selected poll. Each is sent with the revision that the page shows; if another organiser was quicker, that
// change is shown. An action that cannot be undone needs a confirmation; others can be undone where that is safe.
import { Failure } from "../api.js";
import { selectedPoll, serverNow } from "../logic/admin.js";
import { named } from "../logic/api-detail.js";
import { secondsUntil } from "../logic/clock.js";
import {
  actionsFor,
  askedBefore,
  pollActionOf,
  primaryOf,
  requestOf,
  revisionConflict,
  saidOf,
  undoOf,
} from "../logic/poll-actions.js";
import { lifecycleOf } from "../logic/poll-status.js";
import { now } from "../now.js";
import { eventsOf } from "./audit-log.js";
import { block } from "./busy-buttons.js";
import { $, say, show, write } from "./dom.js";
import { scheduleDialogOf } from "./schedule-dialog.js";
import { callSigned } from "./session.js";

/** @import { Poll } from "contracts" */
/** @import { Confirmation } from "../logic/poll-actions.js" */
/** @import { AdminDispatch, AdminState, Lifecycle, PollAction, ReadAdmin, Reply, RunAction } from "page-state" */

const WITH_TIMES = ["schedule", "move", "until"]; // a time has to be given
/** @type {() => NodeListOf<HTMLButtonElement>} */
const buttons = () => document.querySelectorAll("#steps [data-step]");

/** @param {AdminState} state @param {Poll} poll @param {Lifecycle} lifecycle @param {number} at server time in ms */
export function drawActions({ busy, notice }, poll, lifecycle, at) {
  const offered = actionsFor(lifecycle, poll);
  const primary = primaryOf(lifecycle);
  for (const id of /** @type {const} */ (["open", "present-link", "export-now"]))
    $(id).classList.toggle("primary", id === primary);
  const closing = (secondsUntil(poll.closes_at, at) ?? Infinity) <= 3;
  for (const button of buttons()) {
    show(button, offered.includes(button.dataset.step ?? ""));
    block(button, busy.step || (closing && button.id === "close"));
  }
  // A notice is outdated once the lifecycle state has changed again.
  const here = notice?.poll_id === poll.poll_id && (notice.lifecycle ?? lifecycle) === lifecycle ? notice : null;
  const trouble = here?.tone === "trouble";
  const news = trouble && $("refusal").hidden;
  show($("refusal"), trouble);
  write($("refusal-title"), (trouble && here.title) || "");
  write($("refusal-text"), trouble ? here.text : "");
  if (news) $("refusal").scrollIntoView({ block: "nearest" }); // on a phone it may be below the pressed button
  show($("done"), Boolean(here) && !trouble);
  write($("done-text"), here && !trouble ? here.text : "");
  show($("undo"), Boolean(here?.undo) && here?.revision === poll.revision);
  block($("undo"), busy.step);
}

/**
 * Listen to the buttons of the actions.
 * @param {ReadAdmin} read
 * @param {AdminDispatch} dispatch
 * @param {RunAction} attempt
 * @param {() => void} wake makes the live connection ping at once
 */
export function listenForActions(read, dispatch, attempt, wake) {
  const at = () => serverNow(read(), now());
  const plan = scheduleDialogOf(read, at, take);
  /** @type {[PollAction, Poll]|null} */
  let confirmed = null;

  /**
   * Carry out an action.
   * @param {PollAction} action
   * @param {Poll} poll
   * @param {(failure: Failure) => boolean} explain returns whether the refusal is shown in the dialog
   */
  async function take(action, poll, explain = () => false) {
    await attempt("step", "step", async () => {
      dispatch({ type: "dismissed" });
      try {
        await send(action, poll);
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        if (explain(failure)) return;
        if (failure.slug === "unknown-poll") gone(poll, "This poll was deleted in the meantime.");
        else if (failure.slug === "revision-conflict") await showNewerPoll(poll, failure);
        else throw failure;
      }
    });
  }

  /** @param {PollAction} action @param {Poll} poll @returns {Promise<void>} */
  async function send(action, poll) {
    const { step, times } = action;
    if (step === "schedule" && times?.closes_at === null) {
      const endless = await ask({ step: "extend", times }, poll);
      return send({ step, times: { opens_at: times.opens_at } }, endless);
    }
    const after = await ask(action, poll);
    if (step === "delete") return gone(poll, saidOf(action, poll, now()));
    return showDone(action, poll, after);
  }

  /** @param {PollAction} action @param {Poll} poll @param {Poll} after */
  function showDone(action, poll, after) {
    const [text, lifecycle] = [saidOf(action, after, now()), lifecycleOf(after, at())];
    const undo = undoOf(action, poll, at());
    dispatch({ type: "noticed", notice: { tone: "done", text, undo, lifecycle, revision: after.revision } });
    say(undo ? `${text} This can be undone.` : text);
    return wake();
  }

  /** @param {PollAction} action @param {Poll} poll @returns {Promise<Poll>} */
  async function ask(action, poll) {
    const { method, path, body } = requestOf(action, poll);
    /** @type {Reply<Poll>} */
    const answer = await callSigned(method, path, body);
    if (answer.body) dispatch({ type: "poll", poll: answer.body });
    return answer.body;
  }

  /** @param {Poll} poll @param {string} text */
  function gone({ poll_id }, text) {
    dispatch({ type: "poll_removed", poll_id, now: now() });
    dispatch({ type: "noticed", notice: { tone: "done", text } });
    say(text);
    wake(); // requests the snapshot of the poll that is selected now
    (read().selected ? $("details-question") : $("f-question")).focus();
  }

  /**
   * Show the newer poll and the author of the change; the action is not repeated.
   * @param {Poll} poll
   * @param {Failure} failure
   */
  async function showNewerPoll(poll, { problem }) {
    const { poll_id, revision } = poll;
    const path = `/admin/api/polls/${poll_id}`;
    const events = eventsOf(poll_id);
    /** @type {Reply<Poll>} */
    const { body } = await callSigned("GET", path);
    const entries = await events;
    const reason = problem.detail && named(problem.detail, read().polls);
    const text = revisionConflict(entries, revision, reason, now());
    dispatch({ type: "poll", poll: body });
    dispatch({ type: "noticed", notice: { tone: "trouble", title: "Edit conflict.", text } });
  }

  /** @param {PollAction} action @param {Poll} poll @param {Confirmation} asked */
  function confirm(action, poll, asked) {
    confirmed = [action, poll];
    write($("confirm-title"), asked.title);
    write($("confirm-text"), poll.question);
    $("confirm-tells").replaceChildren(...asked.tells.map(paragraph));
    write($("confirm-no"), asked.no);
    write($("confirm-yes"), asked.yes);
    $("confirm").showModal();
  }

  /** @param {string} step */
  function begin(step) {
    const poll = selectedPoll(read());
    if (!poll) return;
    const asked = askedBefore(step, lifecycleOf(poll, at()));
    if (WITH_TIMES.includes(step)) plan.open(step, poll);
    else if (asked) confirm(pollActionOf(step, poll, at()), poll, asked);
    else take(pollActionOf(step, poll, at()), poll);
  }

  listenToMenu();
  for (const button of buttons()) button.addEventListener("click", () => begin(button.dataset.step ?? ""));
  $("undo").addEventListener("click", () => {
    $("details-question").focus(); // the button that had the focus is hidden
    const [undo, poll] = [read().notice?.undo, selectedPoll(read())];
    if (undo && poll) take(undo, poll);
  });
  $("refusal-ok").addEventListener("click", () => dispatch({ type: "dismissed" }));
  $("confirm-no").addEventListener("click", () => $("confirm").close());
  $("confirm-yes").addEventListener("click", () => {
    $("confirm").close();
    if (confirmed) take(...confirmed);
  });
}

/** The menu closes on a choice, on a click beside it and on Escape; its own button keeps the focus. */
function listenToMenu() {
  const [menu, opener] = [$("more-actions"), $("more-actions-open")];
  function close() {
    menu.open = false;
    opener.focus();
  }
  menu.addEventListener(
    "click",
    ({ target }) => target instanceof Element && target.closest("button") && close(),
    true,
  );
  menu.addEventListener("keydown", ({ key }) => key === "Escape" && menu.open && close());
  addEventListener("click", ({ target }) => {
    if (target instanceof Node && !menu.contains(target)) menu.open = false;
  });
}

/** @param {string} text */
function paragraph(text) {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}
