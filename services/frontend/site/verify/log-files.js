// Reads the published files of the logs. They stay in memory, so that a later check also works offline.
import { Failure, timeLimit } from "../api.js";

const TIMEOUT_MS = 25_000;
const MUTABLE = /\/(checkpoint|keys\.json)$/;

/** @type {Map<string, Uint8Array<ArrayBuffer>|null>} */
const files = new Map();

/**
 * Read a file. One that may change is requested again each time.
 * @param {string} path
 * @returns {Promise<Uint8Array<ArrayBuffer>|null>} null: not published
 * @throws {Failure} without an answer, and without an earlier one
 */
export async function readFile(path) {
  const known = files.get(path);
  if (known && !MUTABLE.test(path)) return known;
  try {
    const answer = await fetch(path, {
      cache: MUTABLE.test(path) ? "no-cache" : "default",
      signal: timeLimit(TIMEOUT_MS),
    });
    if (answer.status === 403 || answer.status === 404) return null; // a bucket that lists nothing answers 403
    if (!answer.ok) throw new Failure(answer.status);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    files.set(path, bytes);
    return bytes;
  } catch {
    if (known) return known;
    throw new Failure(0);
  }
}
