// The server's clock decides when a poll opens and closes; the device's is only as good as its offset is known.

/**
 * A better offset (server minus device, ms). Answers may come out of a cache, so a time told is at most the true one:
 * the greatest offset seen is the closest.
 * @param {number|null} offset
 * @param {string} serverTime RFC 3339
 * @param {number} now device time in ms
 */
export function betterOffset(offset, serverTime, now) {
  const told = Date.parse(serverTime) - now;
  if (Number.isNaN(told)) return offset;
  return offset === null ? told : Math.max(offset, told);
}

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
