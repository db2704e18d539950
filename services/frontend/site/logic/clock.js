// The server's clock decides when a poll opens and closes. The page estimates its offset from the device's clock.

/** @import { Phase, Reply, ServerTime, Timed } from "page-state" */

/** The time from the command to open or close a poll to its effect, as poll-service has it. */
export const COUNTDOWN_SECONDS = 3;
const CACHED_MS = 3_000; // a cached answer may be older than its `age` header, which counts whole seconds

/**
 * Return the clock offset (server minus page, ms) after one more answer. The server read its clock between the request
 * and the answer, which bounds the offset from both sides. An estimate within the bounds stays; any other moves to the
 * nearer bound. So each answer corrects the errors of an earlier one, of sleep or of a slow network.
 * @param {number|null} offset
 * @param {ServerTime} answer
 */
export function betterOffset(offset, { time, sent, received, age }) {
  const server = Date.parse(time) + (age ?? 0) * 1000;
  if (Number.isNaN(server)) return offset;
  const least = server - received;
  const most = Math.max(least, server - sent + (age === undefined ? 0 : CACHED_MS));
  return Math.min(most, Math.max(least, offset ?? least));
}

/** Return the server time in ms. @param {{offset: number|null}} state @param {number} now device time in ms */
export const serverNow = (state, now) => now + (state.offset ?? 0);

/**
 * Return the action for the server time in an answer of the API.
 * @param {Reply<{server_time?: string}>} reply
 * @returns {{type: "time_synced"} & ServerTime}
 */
export const timeOf = ({ body, age, sent, received }) => ({
  type: "time_synced",
  time: body?.server_time ?? "",
  age,
  sent,
  received,
});

/**
 * Return the phase of a poll.
 * @param {Timed} poll
 * @param {number} now server time in ms
 * @returns {Phase}
 */
export function phaseOf(poll, now) {
  if (poll.status === "draft") return "draft";
  if (poll.status === "closed" || (poll.closes_at && Date.parse(poll.closes_at) <= now)) return "closed";
  if (poll.opens_at && Date.parse(poll.opens_at) > now) return "soon";
  return "open";
}

/**
 * Return the whole seconds until `time`, rounded up; null without a time.
 * @param {string|null|undefined} time
 * @param {number} now server time in ms
 */
export function secondsUntil(time, now) {
  if (!time) return null;
  return Math.max(0, Math.ceil((Date.parse(time) - now) / 1000));
}

/**
 * Format seconds as `0:07`, `12:30` or `1:05:00`; longer times are shown in other ways.
 * @param {number} seconds
 * @param {(n: number) => string} digits formats a number in the language of the page
 * @param {(n: number) => string} two the same with two digits
 */
export function asCountdown(seconds, digits = String, two = (n) => String(n).padStart(2, "0")) {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${digits(h)}:${two(m)}:${two(s)}` : `${digits(m)}:${two(s)}`;
}
