// Detects the close of a poll by the clock, so that the page fetches the counts that were hidden until then: the message
// about the close may take a minute.
import { phaseOf } from "./clock.js";

/** @import { AnyPoll, Phase } from "page-state" */

export const SPREAD_MS = 2_000; // all pages of a poll see its close at one moment, and spread their requests over this time
/** @typedef {{poll_id: string, phase: Phase}} Seen */

const HIDING = ["after_vote", "after_close"];

/**
 * Return the phase of a poll, to compare it at the next call.
 * @param {AnyPoll|null} poll
 * @param {number} now server time in ms
 * @returns {Seen|null}
 */
export function seenAt(poll, now) {
  return poll && { poll_id: poll.poll_id, phase: phaseOf(poll, now) };
}

/**
 * Return whether the poll has closed between two calls and may now show the counts that it hid.
 * @param {Seen|null} before
 * @param {AnyPoll|null} poll
 * @param {number} now server time in ms
 */
export function revealsNow(before, poll, now) {
  const after = seenAt(poll, now);
  if (!before || !after || !poll || before.poll_id !== after.poll_id) return false;
  return before.phase === "open" && after.phase === "closed" && HIDING.includes(poll.result_visibility);
}
