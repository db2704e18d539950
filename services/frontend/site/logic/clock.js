// The server's clock decides when a poll opens and closes; the device's is only as good as its offset is known.

const CACHED_MS = 3_000; // an answer of a cache may be older than its age in whole seconds says

/**
 * The offset (server minus page, ms) after one more answer. The server read its clock after it was asked and before its
 * answer was here, which bounds the offset from both sides: an estimate within the bounds stays, any other moves to the
 * nearer one. So each answer mends what an earlier one, a sleep or a slow network made wrong.
 * @param {number|null} offset
 * @param {{time: string, sent: number, received: number, age?: number}} answer `time`: the server's, RFC 3339; `sent`
 *   and `received`: by the page's clock; `age`: seconds in a cache, of answers that may come out of one
 */
export function betterOffset(offset, { time, sent, received, age }) {
  const told = Date.parse(time) + (age ?? 0) * 1000;
  if (Number.isNaN(told)) return offset;
  const least = told - received;
  const most = Math.max(least, told - sent + (age === undefined ? 0 : CACHED_MS));
  return Math.min(most, Math.max(least, offset ?? least));
}

/** What an answer of the API says of the time, as an action. */
export const timeOf = ({ body, age, sent, received }) => ({
  type: "told_time",
  time: body?.server_time,
  age,
  sent,
  received,
});

/**
 * @param {{status: string, opens_at: string|null, closes_at: string|null}} poll
 * @param {number} now server time in ms
 * @returns {"draft"|"soon"|"open"|"closed"}
 */
export function phaseOf(poll, now) {
  if (poll.status === "draft") return "draft";
  if (poll.status === "closed" || (poll.closes_at && Date.parse(poll.closes_at) <= now)) return "closed";
  if (poll.opens_at && Date.parse(poll.opens_at) > now) return "soon";
  return "open";
}

/**
 * Whole seconds until `time`, rounded up, or null.
 * @param {string|null|undefined} time
 * @param {number} now server time in ms
 */
export function secondsUntil(time, now) {
  if (!time) return null;
  return Math.max(0, Math.ceil((Date.parse(time) - now) / 1000));
}

/**
 * `0:07`, `12:30`, `1:05:00`; days in words are for whoever shows longer times.
 * @param {number} seconds
 * @param {(n: number) => string} digits how a language writes a number
 * @param {(n: number) => string} two the same, with two digits
 */
export function asCountdown(seconds, digits = String, two = (n) => String(n).padStart(2, "0")) {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${digits(h)}:${two(m)}:${two(s)}` : `${digits(m)}:${two(s)}`;
}
