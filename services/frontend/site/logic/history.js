// The list of polls, looked through: words, status, order. No I/O, no clock, no DOM.

export const EVERYTHING = Object.freeze({ words: "", status: "all", order: "newest" });

const ORDERS = {
  newest: null, // as the API tells them
  oldest: (polls) => polls.toReversed(),
  question: (polls) => polls.toSorted((one, other) => one.question.localeCompare(other.question)),
};

/**
 * @param {object[]} polls newest first
 * @param {{words: string, status: string, order: string}} wanted
 * @param {(poll: object) => string} lifecycleOf
 */
export function lookedFor(polls, { words, status, order }, lifecycleOf) {
  const needles = plain(words).split(/\s+/).filter(Boolean);
  const found = polls.filter((poll) => {
    const text = plain(`${poll.question} ${poll.options.a.label} ${poll.options.b.label}`);
    return (status === "all" || lifecycleOf(poll) === status) && needles.every((needle) => text.includes(needle));
  });
  return ORDERS[order] ? ORDERS[order](found) : found;
}

/** Without case and accents: "cafe" finds "Café". */
const plain = (text) => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
