// Requests about polls as the signed-in organiser.
import { Failure } from "../api.js";
import { requestOf } from "../logic/poll-actions.js";
import { ORDER_KEY, upNext } from "../logic/up-next.js";
import { device } from "../storage.js";
import { callSigned } from "./session.js";

/** @import { Poll, PollList, TicketIssued } from "contracts" */
/** @import { PollAction } from "page-state" */

/** @param {string|null} id @returns {Promise<Poll>} */
export const fetchPoll = (id) => callSigned("GET", `/admin/api/polls/${encodeURIComponent(String(id))}`);

/** Issue a ticket for a live connection that has hidden counts, too. @returns {Promise<TicketIssued>} */
export const issueTicket = () => callSigned("POST", "/admin/api/live/ticket");

/**
 * Send an action on a poll; return the poll as it is then.
 * @param {PollAction} action
 * @param {Pick<Poll, "poll_id"|"revision">} poll
 * @returns {Promise<Poll>}
 */
export function sendAction(action, poll) {
  const { method, path, body } = requestOf(action, poll);
  return callSigned(method, path, body);
}

/** Return the draft that is up next, of the newest hundred polls. @returns {Promise<Poll|null>} */
export async function fetchNext() {
  /** @type {PollList} */
  const { polls } = await callSigned("GET", "/admin/api/polls?limit=100");
  return upNext(polls, device.get(ORDER_KEY))[0] ?? null;
}

/**
 * Close `current`, if a poll is open, then open `next` at the moment of that close. A refused close changes nothing; if the
 * opening is refused after it, the failure says so.
 * @param {Pick<Poll, "poll_id"|"revision">|null} current
 * @param {Poll} next
 * @returns {Promise<{closing: Poll|null, opened: Poll, failure?: undefined}|{closing: Poll|null, opened: null, failure: Failure}>}
 */
export async function openNext(current, next) {
  /** @type {Poll|null} */
  let closing = null;
  try {
    if (current) closing = await sendAction({ step: "close" }, current);
    return { closing, opened: await openAt(closing?.closes_at, next) };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return { closing, opened: null, failure };
  }
}

/** @param {string|null|undefined} opens_at null: now @param {Poll} next */
async function openAt(opens_at, next) {
  if (!opens_at) return sendAction({ step: "open" }, next);
  try {
    return await sendAction({ step: "schedule", times: { opens_at } }, next);
  } catch (failure) {
    const late = failure instanceof Failure && failure.problem.errors?.some(({ field }) => field === "opens_at");
    if (!late) throw failure;
    return sendAction({ step: "open" }, next); // the close has passed since
  }
}
