// Counts: whole percents that add up to 100, and the order of snapshots.
/** @import { Choice, Counts } from "contracts" */

/**
 * Return whether `next` is newer than the shown snapshot. Snapshots may arrive late; an older one never moves a bar
 * back.
 * @param {{poll_id: string, version: number}|null} shown
 * @param {{poll_id: string, version: number}} next
 */
export function isNewer(shown, next) {
  return !shown || shown.poll_id !== next.poll_id || next.version > shown.version;
}

/**
 * Return the shares in whole percent, by the one rounding rule of all pages. They add up to 100, or are both 0 without
 * votes. They never contradict the counts: an option with a vote has at least 1, and the one with more votes at least
 * 51.
 * @param {Counts} counts
 * @returns {Counts}
 */
export function percents({ a, b }) {
  if (a < b) return swapped(percents({ a: b, b: a }));
  if (a === b) return a === 0 ? { a: 0, b: 0 } : { a: 50, b: 50 };
  const most = b === 0 ? 100 : Math.min(99, Math.max(51, Math.round((100 * a) / (a + b))));
  return { a: most, b: 100 - most };
}

/** @param {Counts} counts */
const swapped = ({ a, b }) => ({ a: b, b: a });

/** Return the exact shares in [0, 1], for drawing. @param {Counts} counts @returns {Counts} */
export function shares(counts) {
  const total = counts.a + counts.b;
  return total === 0 ? { a: 0, b: 0 } : { a: counts.a / total, b: counts.b / total };
}

/** Return the option with more votes. @param {Counts} counts @returns {Choice|"tie"|"none"} */
export function leader(counts) {
  if (counts.a + counts.b === 0) return "none";
  if (counts.a === counts.b) return "tie";
  return counts.a > counts.b ? "a" : "b";
}
