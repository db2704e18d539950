// The rate of votes and the votes over time, from messages and from the series. No I/O, no clock, no DOM.
import { number } from "./i18n.js";

/** @import { Counts, SeriesPoint } from "contracts" */
/** @import { Point } from "page-state" */

const WINDOW_MS = 10_000;
const MAX_SEEN = 600; // points per poll; every second one of the older half is dropped, since the series has them

/**
 * Add the counts of a message to the known points.
 * @param {Point[]} seen in order of time
 * @param {{counts: Counts, updated_at: string}} message
 * @returns {Point[]}
 */
export function withMessage(seen, { counts, updated_at }) {
  const at = Date.parse(updated_at);
  const last = seen.at(-1);
  if (!counts || Number.isNaN(at) || (last && at <= last.at)) return seen;
  const kept = seen.length < MAX_SEEN ? seen : seen.filter((_, place) => place % 2 === 0 || place > MAX_SEEN / 2);
  return [...kept, { at, a: counts.a, b: counts.b }];
}

/**
 * Return the votes per second over the last ten seconds; null without data.
 * @param {Point[]} seen
 * @param {number} now server time in ms
 */
export function votesPerSecond(seen, now) {
  const last = seen.at(-1);
  if (!last) return null;
  /** @param {Point} point */
  const total = ({ a, b }) => a + b;
  if (now - last.at > WINDOW_MS) return 0;
  const start = seen.findLast(({ at }) => at <= now - WINDOW_MS) ?? seen[0];
  const seconds = Math.min(WINDOW_MS, Math.max(1000, now - start.at)) / 1000;
  return Math.max(0, total(last) - total(start)) / seconds;
}

/** Format a rate: `0`, `0.4`, `12`. Tenths only below ten. @param {number|null} rate */
export const rateText = (rate) =>
  rate === null ? "–" : number(rate < 10 ? Math.round(10 * rate) / 10 : Math.round(rate));

/**
 * Return the votes over time as columns: times in seconds, counts of each option.
 * @param {SeriesPoint[]} points of the series
 * @param {Point[]} seen
 * @param {string|null} opened when the course begins, without votes
 * @returns {[number[], number[], number[]]}
 */
export function votesOverTime(points, seen, opened) {
  const stored = points.map(({ at, a, b }) => ({ at: Date.parse(at), a, b }));
  const until = stored.at(-1)?.at ?? 0;
  const start = opened ? Date.parse(opened) : Number.NaN;
  // Points from before the opening, of a poll that was scheduled, are without votes.
  const all = [...stored, ...seen.filter(({ at }) => at > until)].filter(({ at }) => !(at < start));
  if (all.length > 0 && start < all[0].at) all.unshift({ at: start, a: 0, b: 0 });
  return [all.map(({ at }) => at / 1000), all.map(({ a }) => a), all.map(({ b }) => b)];
}
