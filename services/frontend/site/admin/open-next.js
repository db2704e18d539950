// Closes the open poll and opens the next one: two requests, of which the second begins where the first ends.
import { Failure } from "../api.js";
import { ORDER_KEY, upNext } from "../logic/up-next.js";
import { device } from "../storage.js";
import { callSigned } from "./session.js";

/** @import { Poll, PollList } from "contracts" */
/** @import { Reply } from "page-state" */

/** Return the draft that is up next, of the newest hundred polls. @returns {Promise<Poll|null>} */
export async function fetchNext() {
  /** @type {Reply<PollList>} */
  const { body } = await callSigned("GET", "/admin/api/polls?limit=100");
  return upNext(body.polls, device.get(ORDER_KEY))[0] ?? null;
}

/**
 * Close `current`, if a poll is open, then open `next` at the moment of that close. A refused close changes nothing; if the
 * opening is refused after it, the failure says so.
 * @param {Pick<Poll, "poll_id"|"revision">|null} current
 * @param {Poll} next
 * @returns {Promise<{closing: Poll|null, opened: Poll|null, failure: Failure|null}>}
 */
export async function openNext(current, next) {
  /** @type {Poll|null} */
  let closing = null;
  try {
    if (current) {
      const { poll_id, revision } = current;
      closing = (await callSigned("POST", `/admin/api/polls/${poll_id}/close`, { revision })).body;
    }
    return { closing, opened: await open(next, closing?.closes_at), failure: null };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return { closing, opened: null, failure };
  }
}

/**
 * @param {Poll} next
 * @param {string|null} [opens_at]
 * @returns {Promise<Poll>}
 */
async function open({ poll_id, revision }, opens_at) {
  const path = `/admin/api/polls/${poll_id}/open`;
  try {
    return (await callSigned("POST", path, { revision, ...(opens_at && { opens_at }) })).body;
  } catch (failure) {
    const late = failure instanceof Failure && failure.problem.errors?.some(({ field }) => field === "opens_at");
    if (!late) throw failure;
    return (await callSigned("POST", path, { revision })).body; // the close has passed since: open it now
  }
}
