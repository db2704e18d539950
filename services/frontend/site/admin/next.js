// The draft that is up next: opened in place of the open poll, or put first.
import { activePoll } from "../logic/admin.js";
import { COUNTDOWN_SECONDS } from "../logic/clock.js";
import { phrase } from "../logic/i18n.js";
import { wordsOf } from "../logic/organiser-refusals.js";
import { halfDone, ORDER_KEY, openedText, putFirst, upNext } from "../logic/up-next.js";
import { now } from "../now.js";
import { wake } from "../organisers/live-connection.js";
import { openNext } from "../organisers/polls.js";
import { device } from "../storage.js";
import { attempt, dispatch, notify, read, refusedAt, selected } from "./store.js";

/** @import { Poll } from "contracts" */
/** @import { AdminState, Lifecycle } from "page-state" */

/** Return the draft that is up next, of the polls that the list has loaded. @param {AdminState} state */
export const nextDraft = ({ polls }) => upNext(polls, device.get(ORDER_KEY))[0] ?? null;

/** Return the next draft, whether it can open from here, and whether `poll` can be put first. @param {AdminState} state @param {Poll} poll @param {Lifecycle} lifecycle */
export function nextOf(state, poll, lifecycle) {
  const next = nextDraft(state);
  const free = lifecycle === "open" || (lifecycle === "closed" && !activePoll(state, now()));
  return {
    next,
    offered: next !== null && free,
    canBeFirst: lifecycle === "draft" && next?.poll_id !== poll.poll_id,
  };
}

/** Close the open poll, if there is one, and open the next. */
export const openNextPoll = () => attempt("step", goOn, refusedAt("step"));

async function goOn() {
  const [poll, next] = [selected(), nextDraft(read())];
  if (!poll || !next) return;
  const { closing, opened, failure } = await openNext(activePoll(read(), now()) ? poll : null, next);
  if (closing) dispatch({ type: "poll", poll: closing });
  if (opened) {
    dispatch({ type: "poll", poll: opened });
    dispatch({ type: "select", poll_id: opened.poll_id });
    notify(openedText(closing, next, COUNTDOWN_SECONDS));
    wake();
  } else {
    if (!closing) throw failure;
    const { title, detail, advice } = wordsOf(failure.status, failure.problem);
    const text = `${title}. ${detail || advice}`;
    dispatch({ type: "noticed", notice: { tone: "trouble", title: halfDone(closing, next), text } });
  }
}

export function makeNext() {
  const poll = selected();
  if (!poll) return;
  device.set(ORDER_KEY, putFirst(device.get(ORDER_KEY), poll.poll_id));
  dispatch({ type: "noticed", notice: { tone: "done", text: phrase("act.is_next", { question: poll.question }) } });
}
