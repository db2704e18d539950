// Requests recounts of the selected poll, and follows them.
import { Failure } from "../api.js";
import { phaseOf } from "../logic/clock.js";
import { askAgainIn, hasBegun } from "../logic/recount.js";
import { callSigned, createSigned, forgetSubmission } from "../organisers/session.js";
import { dispatch, read, selected, serverTime } from "./store.js";

/** @import { Recount } from "contracts" */

let timer = 0;
/** @type {string|null} */
let following = null;

/** @param {string} path @param {(address: string) => Promise<Recount>} send */
async function ask(path, send) {
  const recount = await send(`/admin/api/results/${read().selected}/${path}`);
  dispatch({ type: "recount", recount });
  schedule();
}

/** Fetch the recount of the selected poll. */
const look = () => ask("certificate", (address) => callSigned("GET", address));

function schedule() {
  clearTimeout(timer);
  const poll = selected();
  if (!poll) return;
  const wait = askAgainIn(read().recounts[poll.poll_id], phaseOf(poll, serverTime()), serverTime());
  // A failed request shows nothing: it is repeated.
  if (wait !== null) timer = setTimeout(() => look().catch(schedule), wait);
}

/**
 * Request a recount. A request without an answer may have been accepted: the recount is fetched before the request
 * counts as lost.
 */
export async function orderRecount() {
  const poll_id = read().selected ?? "";
  const before = read().recounts[poll_id];
  try {
    await ask("recount", (address) => createSigned(address, {}));
  } catch (failure) {
    if (!(failure instanceof Failure) || (failure.status !== 0 && failure.status < 500)) throw failure;
    await look().catch(() => {
      throw failure;
    });
    if (!hasBegun(before, read().recounts[poll_id])) throw failure;
    forgetSubmission(`/admin/api/results/${poll_id}/recount`); // this one was accepted; the next is another
  }
}

/** Fetch the recount once for every poll and phase that is shown. */
export function followRecounts() {
  const poll = selected();
  const phase = poll && phaseOf(poll, serverTime());
  const shown = poll && `${poll.poll_id} ${phase}`;
  if (shown === following || read().session !== "in") return;
  following = shown;
  clearTimeout(timer);
  if (phase === "open" || phase === "closed") look().catch(schedule);
}
