// The moment a poll closes by the clock: what it hid until then is asked for, since its announcement may take a minute.
import { phaseOf } from "./clock.js";

export const SPREAD_MS = 2_000; // pages of one poll close at one moment, and ask within this time
const HIDING = ["after_vote", "after_close"];

/**
 * What a look at the clock finds, to be compared at the next one.
 * @param {object|null} poll
 * @param {number} now server time in ms
 * @returns {{poll_id: string, phase: string}|null}
 */
export function seenAt(poll, now) {
  return poll && { poll_id: poll.poll_id, phase: phaseOf(poll, now) };
}

/**
 * Whether the poll on the page has closed between two looks and may now show what it hid.
 * @param {{poll_id: string, phase: string}|null} before
 * @param {object|null} poll
 * @param {number} now server time in ms
 */
export function revealsNow(before, poll, now) {
  const after = seenAt(poll, now);
  if (!before || !after || before.poll_id !== after.poll_id) return false;
  return before.phase === "open" && after.phase === "closed" && HIDING.includes(poll.result_visibility);
}
