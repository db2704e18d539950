// When a page leaves the poll it shows for the next one: a poll that runs is not left, and a result stays to be read until
// the next question is about to open.
import { phaseOf } from "./clock.js";

const COUNTDOWN_MS = 120_000;

/**
 * @param {object|null} shown
 * @param {object} next another poll that is open, or will be
 * @param {number} now server time in ms
 * @returns {boolean}
 */
export function isTurnOf(next, shown, now) {
  const [phase, ahead] = [shown && phaseOf(shown, now), phaseOf(next, now)];
  if (!shown || ahead === "open") return true; // one poll is open at a time: if it is this one, the other is over
  if (ahead !== "soon") return false;
  const opens = Date.parse(next.opens_at);
  if (phase === "soon") return opens < Date.parse(shown.opens_at);
  return phase !== "open" && opens - now <= COUNTDOWN_MS;
}
