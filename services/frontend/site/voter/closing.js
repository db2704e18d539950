// Asks for the results at the moment they stop being hidden; the live connection tells of the close up to a minute later.
import { revealsNow, seenAt, SPREAD_MS } from "../logic/closing.js";

const AGAIN_MS = 3_000;
const ATTEMPTS = 3;

/**
 * @param {() => {poll: object|null, now: number}} look the poll on the page and the server's time
 * @param {() => Promise<void>} fetchNow
 * @returns {() => void} to be called with each tick of the page's clock
 */
export function watchClosing(look, fetchNow) {
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
