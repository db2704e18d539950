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
 * Shares in whole percent; they add up to 100, or are both 0 without votes.
 * A side with any vote never shows 0, one without all of them never 100.
 * @param {Counts} counts
 * @returns {Counts}
 */
export function percents(counts) {
  const total = counts.a + counts.b;
  if (total === 0) return { a: 0, b: 0 };
  let a = Math.round((100 * counts.a) / total);
  if (counts.a > 0 && counts.b > 0) a = Math.min(99, Math.max(1, a));
  return { a, b: 100 - a };
}

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
