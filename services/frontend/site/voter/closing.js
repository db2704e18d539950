// Fetches hidden results at the close of a poll: the message about the close may arrive up to a minute later.
import { revealsNow, SPREAD_MS, seenAt } from "../logic/closing.js";

/** @import { AnyPoll } from "page-state" */

const AGAIN_MS = 3_000;
const ATTEMPTS = 3;

/**
 * Watch the clock for the close of the shown poll.
 * @param {() => {poll: AnyPoll|null, now: number}} look returns the shown poll and the server time
 * @param {() => Promise<void>} fetchNow
 * @returns {() => void} to be called with each tick of the page's clock
 */
export function watchClosing(look, fetchNow) {
  /** @type {ReturnType<typeof seenAt>} */
  let before = null;

  async function fetchSoon(attempt = 1) {
    await fetchNow().catch(() => {
      if (attempt < ATTEMPTS) setTimeout(() => fetchSoon(attempt + 1), AGAIN_MS * (1 + Math.random()));
    });
  }

  return () => {
    const { poll, now } = look();
    if (revealsNow(before, poll, now)) setTimeout(fetchSoon, SPREAD_MS * Math.random());
    before = seenAt(poll, now);
  };
}
