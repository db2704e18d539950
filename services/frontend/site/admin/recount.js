// The recount of the selected poll: requests one, follows it, and shows its result.
import { Failure } from "../api.js";
import { selectedPoll, serverNow } from "../logic/admin.js";
import { phaseOf } from "../logic/clock.js";
import { askAgainIn, hasBegun, integrityFigures, isRunning, recountMessage } from "../logic/recount.js";
import { now } from "../now.js";
import { block } from "./busy-buttons.js";
import { drawFigures } from "./definition-list.js";
import { $, show, write } from "./dom.js";
import { callSigned, createSigned, forgetSubmission } from "./session.js";

/** @import { Recount } from "contracts" */
/** @import { AdminDispatch, AdminState, ReadAdmin, Reply } from "page-state" */

/** @param {AdminState} state @param {number} now device time in ms */
export function drawRecount(state, now) {
  const poll = selectedPoll(state);
  if (!poll) return;
  const at = serverNow(state, now);
  const recount = state.recounts[poll.poll_id];
  const { state: found, title, detail, progress } = recountMessage(recount, phaseOf(poll, at), at);
  $("recount").dataset.state = found;
  write($("recount-title"), title);
  write($("recount-detail"), detail);
  $("recount-progress").hidden = progress === null;
  if (progress !== null) $("recount-progress").value = progress;
  drawFigures($("integrity-figures"), integrityFigures(recount, state.abuse[poll.poll_id], at));
  show($("certificate-link"), found === "certified" && poll.result_visibility !== "never");
  $("certificate-link").href = `/verify?poll=${poll.poll_id}`;
  block($("recount-again"), state.busy.recount || isRunning(recount, at));
}

/**
 * Follow the recounts of the selected poll.
 * @param {ReadAdmin} stateNow
 * @param {AdminDispatch} dispatch
 * @returns {{order: () => Promise<void>, look: () => void}}
 */
export function followRecounts(stateNow, dispatch) {
  let timer = 0;
  /** @type {string|null} */
  let following = null;

  /** @param {string} path @param {(address: string) => Promise<Reply<Recount>>} send */
  async function ask(path, send) {
    const { body } = await send(`/admin/api/results/${stateNow().selected}/${path}`);
    dispatch({ type: "recount", recount: body });
    schedule();
  }

  /** Fetch the recount of the selected poll. */
  const look = () => ask("certificate", (address) => callSigned("GET", address));

  function schedule() {
    clearTimeout(timer);
    const state = stateNow();
    const poll = selectedPoll(state);
    if (!poll) return;
    const at = serverNow(state, now());
    const wait = askAgainIn(state.recounts[poll.poll_id], phaseOf(poll, at), at);
    // A failed request shows nothing: it is repeated.
    if (wait !== null) timer = setTimeout(() => look().catch(schedule), wait);
  }

  /**
   * Request a recount. A request without an answer may have been accepted: the recount is fetched before the request
   * counts as lost.
   */
  async function order() {
    const poll_id = stateNow().selected ?? "";
    const before = stateNow().recounts[poll_id];
    try {
      await ask("recount", (address) => createSigned(address, {}));
    } catch (failure) {
      if (!(failure instanceof Failure) || (failure.status !== 0 && failure.status < 500)) throw failure;
      await look().catch(() => {
        throw failure;
      });
      if (!hasBegun(before, stateNow().recounts[poll_id])) throw failure;
      forgetSubmission(`/admin/api/results/${poll_id}/recount`); // this one was accepted; the next is another
    }
  }

  return {
    order,
    /** Fetch the recount once for every poll and phase that is shown. */
    look() {
      const state = stateNow();
      const poll = selectedPoll(state);
      const phase = poll && phaseOf(poll, serverNow(state, now()));
      const shown = poll && `${poll.poll_id} ${phase}`;
      if (shown === following || state.session !== "in") return;
      following = shown;
      clearTimeout(timer);
      if (phase === "open" || phase === "closed") look().catch(schedule);
    },
  };
}
