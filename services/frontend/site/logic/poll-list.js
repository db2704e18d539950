// Filters and sorts the list of polls. No I/O, no clock, no DOM.
/** @import { Poll } from "contracts" */
/** @import { Wanted } from "page-state" */

export const EVERYTHING = Object.freeze({ words: "", status: "all", order: "newest" });

/** @type {Record<string, ((polls: Poll[]) => Poll[])|null>} */
const ORDERS = {
  newest: null, // the order of the API
  oldest: (polls) => polls.toReversed(),
  question: (polls) => polls.toSorted((one, other) => one.question.localeCompare(other.question)),
};

/**
 * Filter and sort the list of polls.
 * @param {Poll[]} polls newest first
 * @param {Wanted} wanted
 * @param {(poll: Poll) => string} lifecycleOf
 */
export function filteredPolls(polls, { words, status, order }, lifecycleOf) {
  const needles = plain(words).split(/\s+/).filter(Boolean);
  const found = polls.filter((poll) => {
    const text = plain(`${poll.question} ${poll.options.a.label} ${poll.options.b.label}`);
    return (status === "all" || lifecycleOf(poll) === status) && needles.every((needle) => text.includes(needle));
  });
  return ORDERS[order]?.(found) ?? found;
}

/** Remove case and accents: "cafe" finds "Café". @param {string} text */
const plain = (text) => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
