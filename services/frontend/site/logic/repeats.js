// A question that was asked more than once: all its runs side by side. No I/O, no clock, no DOM.
import { moment, votes } from "./i18n.js";
import { percents, shares } from "./results.js";
import { STATUS, isEarly, lifecycleOf } from "./poll-status.js";

/** The first run of whatever this poll is a run of; itself, if it is the first. */
export const firstOf = (poll) => poll.rerun_of ?? poll.poll_id;

/** @returns {object[]} the runs that are known of, the oldest first; none where it was asked once */
export function runsOf(polls, poll) {
  const first = firstOf(poll);
  const runs = polls.filter((one) => firstOf(one) === first).toReversed();
  return runs.length > 1 || poll.rerun_of ? runs : [];
}

/**
 * What a run's row says.
 * @param {{counts: {a: number, b: number}, total: number}|undefined} results
 */
export function rowOf(poll, results, now) {
  const lifecycle = lifecycleOf(poll, now);
  const counts = results?.counts ?? null;
  const side = (choice) => ({
    label: poll.options[choice].label,
    share: counts ? shares(counts)[choice] : 0,
    percent: counts ? `${percents(counts)[choice]} %` : "",
    count: counts ? votes(counts[choice]) : "",
  });
  const total = counts ? `${votes(results.total)} in all` : isEarly(lifecycle) ? "Not open yet" : "No counts yet";
  return {
    when: poll.opens_at ? moment(poll.opens_at, now) : "Not planned",
    status: STATUS[lifecycle],
    lifecycle,
    a: side("a"),
    b: side("b"),
    total,
  };
}
