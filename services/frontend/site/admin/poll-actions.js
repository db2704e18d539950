// Actions on the selected poll. Each is sent with the revision that the page shows; if another organiser was quicker, that
// change is shown. An action that cannot be undone needs a confirmation; others can be undone where that is safe.
import { Failure } from "../api.js";
import { named } from "../logic/api-detail.js";
import { phrase } from "../logic/i18n.js";
import { askedBefore, pollActionOf, revisionConflict, saidOf, undoOf } from "../logic/poll-actions.js";
import { lifecycleOf } from "../logic/poll-status.js";
import { now } from "../now.js";
import { wake } from "../organisers/live-connection.js";
import { fetchPoll, sendAction } from "../organisers/polls.js";
import { eventsOf } from "./audit-log.js";
import { openTimes } from "./schedule-dialog.js";
import { attempt, confirm, dispatch, focusOn, notify, read, refusedAt, say, selected, serverTime } from "./store.js";

/** @import { Poll } from "contracts" */
/** @import { PollAction } from "page-state" */

const WITH_TIMES = ["schedule", "move", "until"]; // a time has to be given

/** Begin an action of the row: ask for a time or a confirmation, if it needs one. @param {string} step */
export function begin(step) {
  const poll = selected();
  if (!poll) return;
  const action = pollActionOf(step, poll, serverTime());
  const asked = askedBefore(step, lifecycleOf(poll, serverTime()));
  if (WITH_TIMES.includes(step)) openTimes(step, poll);
  else if (asked) confirm({ ...asked, questions: [poll.question], work: () => take(action, poll) });
  else take(action, poll);
}

/** Undo the last action. */
export function undo() {
  const [action, poll] = [read().notice?.undo, selected()];
  focusOn("details-question"); // the button that had the focus disappears
  if (action && poll) take(action, poll);
}

/**
 * Carry out an action; return whether it was refused.
 * @param {PollAction} action
 * @param {Poll} poll
 * @param {(failure: Failure) => boolean} explain returns whether the refusal is shown in the dialog
 */
export async function take(action, poll, explain = () => false) {
  let refused = false;
  const work = async () => {
    dispatch({ type: "dismissed" });
    try {
      await send(action, poll);
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      refused = true;
      if (explain(failure)) return;
      if (failure.slug === "unknown-poll") gone(poll, phrase("done.deleted_meanwhile"));
      else if (failure.slug === "revision-conflict") await showNewerPoll(poll, failure);
      else throw failure;
    }
  };
  await attempt("step", work, refusedAt("step"));
  return refused;
}

/** @param {PollAction} action @param {Poll} poll @returns {Promise<void>} */
async function send(action, poll) {
  const { step, times } = action;
  if (step === "schedule" && times?.closes_at === null) {
    const endless = await change({ step: "extend", times }, poll);
    return send({ step, times: { opens_at: times.opens_at } }, endless);
  }
  const after = await change(action, poll);
  if (step === "delete") return gone(poll, saidOf(action, poll, now()));
  const [text, lifecycle] = [saidOf(action, after, now()), lifecycleOf(after, serverTime())];
  const undo = undoOf(action, poll, serverTime());
  dispatch({ type: "noticed", notice: { tone: "done", text, undo, lifecycle, revision: after.revision } });
  say(undo ? `${text} ${phrase("done.can_be_undone")}` : text);
  return wake();
}

/** @param {PollAction} action @param {Poll} poll */
async function change(action, poll) {
  const after = await sendAction(action, poll);
  if (after) dispatch({ type: "poll", poll: after }); // a deletion has no answer
  return after;
}

/** @param {Poll} poll @param {string} text */
function gone({ poll_id }, text) {
  dispatch({ type: "poll_removed", poll_id, now: now() });
  notify(text);
  wake(); // requests the snapshot of the poll that is selected now
  focusOn(read().selected ? "details-question" : "f-question");
}

/**
 * Show the newer poll and the author of the change; the action is not repeated.
 * @param {Poll} poll
 * @param {Failure} failure
 */
async function showNewerPoll({ poll_id, revision }, { problem }) {
  const events = eventsOf(poll_id);
  const newer = await fetchPoll(poll_id);
  const reason = problem.detail && named(problem.detail, read().polls);
  const text = revisionConflict(await events, revision, reason, now());
  dispatch({ type: "poll", poll: newer });
  dispatch({ type: "noticed", notice: { tone: "trouble", title: phrase("form.conflict"), text } });
}
