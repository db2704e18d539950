// What this device remembers: its own votes, so that the page can say for what. Nothing is decided by it.

const PREFIX = "tot.vote.";
const KEPT = 50;

function attempt(action, otherwise) {
  try {
    return action();
  } catch {
    return otherwise; // storage is full, or the browser forbids it: the page works without
  }
}

const isText = (value) => typeof value === "string";

/** @returns {{mine: object|null, pending: "a"|"b"|null}} */
export function recall(pollId) {
  const stored = attempt(() => JSON.parse(localStorage.getItem(PREFIX + pollId)), null);
  if (!stored || !["a", "b"].includes(stored.choice)) return { mine: null, pending: null };
  if (isText(stored.receipt) && isText(stored.recorded_at)) return { mine: stored, pending: null };
  return { mine: null, pending: stored.pending === true ? stored.choice : null };
}

/** A vote on its way: a tab closed now sends it when it comes back. */
export const rememberPending = (pollId, choice) => write(pollId, { choice, pending: true });

export const rememberVote = (pollId, mine) => write(pollId, mine);

export const forget = (pollId) => attempt(() => localStorage.removeItem(PREFIX + pollId));

function write(pollId, value) {
  attempt(() => {
    localStorage.setItem(PREFIX + pollId, JSON.stringify({ ...value, at: Date.now() }));
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    if (keys.length <= KEPT) return;
    const age = (key) => JSON.parse(localStorage.getItem(key))?.at ?? 0;
    keys.sort((one, other) => age(one) - age(other));
    for (const key of keys.slice(0, keys.length - KEPT)) localStorage.removeItem(key);
  });
}
