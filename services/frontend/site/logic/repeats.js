// The repeats of a poll, side by side. No I/O, no clock, no DOM.
import { moment, percent, phrase, votes } from "./i18n.js";
import { isEarly, lifecycleOf, statusText } from "./poll-status.js";
import { percents, shares } from "./results.js";

/** @import { Choice, Counts, Poll } from "contracts" */

/** Return the id of the first poll that this one repeats; its own if it is the first. @param {Poll} poll */
export const firstOf = (poll) => poll.rerun_of ?? poll.poll_id;

/**
 * Return the known repeats of a poll, the oldest first; none for a poll without repeats.
 * @param {Poll[]} polls
 * @param {Poll} poll
 * @returns {Poll[]}
 */
export function repeatsOf(polls, poll) {
  const first = firstOf(poll);
  const runs = polls.filter((one) => firstOf(one) === first).toReversed();
  return runs.length > 1 || poll.rerun_of ? runs : [];
}

/**
 * Return the texts of one repeat.
 * @param {Poll} poll
 * @param {{counts: Counts, total: number}|undefined} results
 * @param {number} now server time in ms
 */
export function rowOf(poll, results, now) {
  const lifecycle = lifecycleOf(poll, now);
  const counts = results?.counts ?? null;
  /** @param {Choice} choice */
  const side = (choice) => ({
    label: poll.options[choice].label,
    share: counts ? shares(counts)[choice] : 0,
    percent: counts ? percent(percents(counts)[choice]) : "",
    count: counts ? votes(counts[choice]) : "",
  });
  const total = results
    ? phrase("runs.total", { votes: votes(results.total) })
    : phrase(isEarly(lifecycle) ? "runs.early" : "runs.no_counts");
  return {
    when: poll.opens_at ? moment(poll.opens_at, now) : phrase("runs.unplanned"),
    status: statusText(lifecycle),
    lifecycle,
    a: side("a"),
    b: side("b"),
    total,
  };
}
