// Decides when a page switches to the next poll: never away from an open poll, and away from a result only when the next
// poll is about to open.
import { phaseOf } from "./clock.js";

/** @import { Timed } from "page-state" */

const SWITCH_AHEAD_MS = 120_000;

/**
 * Return whether the page switches to the next poll.
 * @param {Timed} next another poll that is open, or will be
 * @param {Timed|null} shown
 * @param {number} now server time in ms
 * @returns {boolean}
 */
export function isTurnOf(next, shown, now) {
  const [phase, ahead] = [shown && phaseOf(shown, now), phaseOf(next, now)];
  if (!shown || ahead === "open") return true; // one poll is open at a time: if it is this one, the other is over
  if (ahead !== "soon") return false;
  const opens = Date.parse(next.opens_at ?? "");
  if (phase === "soon") return opens < Date.parse(shown.opens_at ?? "");
  return phase !== "open" && opens - now <= SWITCH_AHEAD_MS;
}
