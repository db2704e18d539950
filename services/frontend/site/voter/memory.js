// What this device remembers: its own votes, so that the page can say for what. Nothing is decided by it.

const PREFIX = "tot.vote.";
const CODE = "tot.code.";
const KEPT = 50;

function attempt(action, otherwise) {
  try {
    return action();
  } catch {
    return otherwise; // storage is full, or the browser forbids it: the page works without
  }
}

const isText = (value) => typeof value === "string";

/** @returns {{mine: object|null, pending: {choice: "a"|"b", code?: string}|null}} */
export function recall(pollId) {
  const stored = attempt(() => JSON.parse(localStorage.getItem(PREFIX + pollId)), null);
  if (!stored || !["a", "b"].includes(stored.choice)) return { mine: null, pending: null };
  if (isText(stored.receipt) && isText(stored.recorded_at)) return { mine: stored, pending: null };
  return { mine: null, pending: stored.pending === true ? stored : null };
}

/** The vote that this voter has cast on this device, by whichever tab. */
export function standing(pollId, code) {
  const { mine } = recall(pollId);
  return mine && mine.code === code ? mine : null;
}

/** Another tab of this device has recorded a vote. @param {(pollId: string, mine: object) => void} handle */
export function onVoteElsewhere(handle) {
  addEventListener("storage", ({ key }) => {
    const pollId = key?.startsWith(PREFIX) ? key.slice(PREFIX.length) : null;
    const { mine } = pollId ? recall(pollId) : { mine: null };
    if (mine) handle(pollId, mine);
  });
}

/** A vote on its way: a tab closed now sends it when it comes back. */
export const rememberPending = (pollId, choice, code) => write(pollId, { choice, code, pending: true });

export const rememberVote = (pollId, mine) => write(pollId, mine);

export const forget = (pollId) => attempt(() => localStorage.removeItem(PREFIX + pollId));

/** The code that this tab was given, until it is used: a reload has no link to take it from. */
export const rememberCode = (pollId, code) =>
  attempt(() => (code ? sessionStorage.setItem(CODE + pollId, code) : sessionStorage.removeItem(CODE + pollId)));

export const recallCode = (pollId) => attempt(() => sessionStorage.getItem(CODE + pollId), null) ?? "";

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
