// The draft that is up next: opened in place of the open poll, or put first.
import { activePoll, selectedPoll } from "../logic/admin.js";
import { COUNTDOWN_SECONDS } from "../logic/clock.js";
import { wordsOf } from "../logic/organiser-refusals.js";
import { halfDone, ORDER_KEY, openedText, putFirst, upNext } from "../logic/up-next.js";
import { now } from "../now.js";
import { device } from "../storage.js";
import { block } from "./busy-buttons.js";
import { $, say, show, write } from "./dom.js";
import { openNext } from "./open-next.js";

/** @import { Poll } from "contracts" */
/** @import { AdminDispatch, AdminState, Lifecycle, ReadAdmin, RunAction } from "page-state" */

/** Return the draft that is up next, of the polls that the list has loaded. @param {AdminState} state */
export const nextDraft = ({ polls }) => upNext(polls, device.get(ORDER_KEY))[0] ?? null;

/** @param {AdminState} state @param {Poll} poll @param {Lifecycle} lifecycle */
export function drawNext(state, poll, lifecycle) {
  const next = nextDraft(state);
  const active = activePoll(state, now());
  const offered = next !== null && (lifecycle === "open" || (lifecycle === "closed" && !active));
  show($("next"), offered);
  write($("next"), lifecycle === "open" ? "Close and open next" : "Open next");
  block($("next"), state.busy.step);
  show($("make-next"), lifecycle === "draft" && next?.poll_id !== poll.poll_id);
  write($("details-next"), offered || next?.poll_id === poll.poll_id ? `Up next: ${next?.question}` : "");
}

/** @param {ReadAdmin} read @param {AdminDispatch} dispatch @param {RunAction} attempt @param {() => void} wake */
export function listenForNext(read, dispatch, attempt, wake) {
  async function goOn() {
    const [poll, next] = [selectedPoll(read()), nextDraft(read())];
    if (!poll || !next) return;
    const { closing, opened, failure } = await openNext(activePoll(read(), now()) ? poll : null, next);
    if (closing) dispatch({ type: "poll", poll: closing });
    if (opened) {
      const text = openedText(closing, next, COUNTDOWN_SECONDS);
      dispatch({ type: "poll", poll: opened });
      dispatch({ type: "select", poll_id: opened.poll_id });
      dispatch({ type: "noticed", notice: { tone: "done", text } });
      say(text);
      wake();
      return;
    }
    if (!failure) return;
    if (!closing) throw failure;
    const { title, detail, advice } = wordsOf(failure.status, failure.problem);
    const text = `${title}. ${detail || advice}`;
    dispatch({ type: "noticed", notice: { tone: "trouble", title: halfDone(closing, next), text } });
  }

  $("next").addEventListener("click", () => attempt("step", "step", goOn));
  $("make-next").addEventListener("click", () => {
    const poll = selectedPoll(read());
    if (!poll) return;
    device.set(ORDER_KEY, putFirst(device.get(ORDER_KEY), poll.poll_id));
    dispatch({ type: "noticed", notice: { tone: "done", text: `“${poll.question}” is up next.` } });
  });
}
