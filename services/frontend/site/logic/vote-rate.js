// How a vote goes: its pace just now, and its course over time, from frames and from the series. No I/O, no clock, no DOM.
const WINDOW_MS = 10_000;
const MAX_SEEN = 600; // frames remembered a poll; older ones are thinned, the series knows them anyway

/**
 * @typedef {{at: number, a: number, b: number}} Point cumulative counts at a time
 * @param {Point[]} seen in order of time
 * @returns {Point[]} with what a frame tells besides
 */
export function withFrame(seen, { counts, updated_at }) {
  const at = Date.parse(updated_at);
  const last = seen.at(-1);
  if (!counts || Number.isNaN(at) || (last && at <= last.at)) return seen;
  const kept = seen.length < MAX_SEEN ? seen : seen.filter((_, place) => place % 2 === 0 || place > MAX_SEEN / 2);
  return [...kept, { at, a: counts.a, b: counts.b }];
}

/** Votes a second over the last ten seconds; null as long as nothing can be said. */
export function votesPerSecond(seen, now) {
  if (seen.length === 0) return null;
  const total = ({ a, b }) => a + b;
  const last = seen.at(-1);
  if (now - last.at > WINDOW_MS) return 0;
  const start = seen.findLast(({ at }) => at <= now - WINDOW_MS) ?? seen[0];
  const seconds = Math.min(WINDOW_MS, Math.max(1000, now - start.at)) / 1000;
  return Math.max(0, total(last) - total(start)) / seconds;
}

/** `0`, `0.4`, `12`: a tenth matters below ten alone. */
export const paceText = (pace) =>
  pace === null ? "–" : pace < 10 && pace > 0 ? pace.toFixed(1) : String(Math.round(pace));

/**
 * The course of both options as columns: times in seconds, counts of this, counts of that.
 * @param {{at: string, a: number, b: number}[]} points of the series
 * @param {Point[]} seen
 * @param {string|null} opened where the course begins, at nothing
 * @returns {[number[], number[], number[]]}
 */
export function course(points, seen, opened) {
  const told = points.map(({ at, a, b }) => ({ at: Date.parse(at), a, b }));
  const until = told.at(-1)?.at ?? 0;
  const all = [...told, ...seen.filter(({ at }) => at > until)];
  const start = opened ? Date.parse(opened) : Number.NaN;
  if (all.length > 0 && start < all[0].at) all.unshift({ at: start, a: 0, b: 0 });
  return [all.map(({ at }) => at / 1000), all.map(({ a }) => a), all.map(({ b }) => b)];
}
