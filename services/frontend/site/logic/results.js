// Counts: whole percents that add up to 100, and the order guard.

/**
 * @typedef {{a: number, b: number}} Counts
 * @typedef {{poll_id: string, status: string, version: number, counts?: Counts, total?: number,
 *            opens_at?: string|null, closes_at?: string|null, updated_at?: string}} Snapshot
 */

/**
 * Is `next` newer than what is shown? Snapshots may arrive late; an older one never moves a bar back.
 * @param {Snapshot|null} shown
 * @param {Snapshot} next
 */
export function isNewer(shown, next) {
  return !shown || shown.poll_id !== next.poll_id || next.version > shown.version;
}

/**
 * Shares in whole percent: the one rounding rule of every page. They add up to 100, or are both 0 without votes.
 * They never contradict the counts: an option with a vote shows at least 1, and the one with more votes at least 51.
 * @param {Counts} counts
 * @returns {Counts}
 */
export function percents({ a, b }) {
  if (a < b) return swapped(percents({ a: b, b: a }));
  if (a === b) return a === 0 ? { a: 0, b: 0 } : { a: 50, b: 50 };
  const most = b === 0 ? 100 : Math.min(99, Math.max(51, Math.round((100 * a) / (a + b))));
  return { a: most, b: 100 - most };
}

const swapped = ({ a, b }) => ({ a: b, b: a });

/**
 * Exact shares in [0, 1], for drawing.
 * @param {Counts} counts
 * @returns {Counts}
 */
export function shares(counts) {
  const total = counts.a + counts.b;
  return total === 0 ? { a: 0, b: 0 } : { a: counts.a / total, b: counts.b / total };
}

/**
 * @param {Counts} counts
 * @returns {"a"|"b"|"tie"|"nobody"}
 */
export function leader(counts) {
  if (counts.a + counts.b === 0) return "nobody";
  if (counts.a === counts.b) return "tie";
  return counts.a > counts.b ? "a" : "b";
}
