// What this device remembers: its own votes, so that the page can say for what. Nothing is decided by it.
import { device, tab } from "../storage.js";

const PREFIX = "tot.vote.";
const CODE = "tot.code.";
const KEPT = 50;

const isText = (value) => typeof value === "string";

/** @returns {{mine: object|null, pending: {choice: "a"|"b", code?: string}|null}} */
export function recall(pollId) {
  const stored = parsed(device.get(PREFIX + pollId));
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

export const forget = (pollId) => device.remove(PREFIX + pollId);

/** The code that this tab was given, until it is used: a reload has no link to take it from. */
export const rememberCode = (pollId, code) => (code ? tab.set(CODE + pollId, code) : tab.remove(CODE + pollId));

export const recallCode = (pollId) => tab.get(CODE + pollId) ?? "";

function write(pollId, value) {
  device.set(PREFIX + pollId, JSON.stringify({ ...value, at: Date.now() }));
  const keys = device.keys().filter((key) => key.startsWith(PREFIX));
  if (keys.length <= KEPT) return;
  const age = (key) => parsed(device.get(key))?.at ?? 0;
  keys.sort((one, other) => age(one) - age(other));
  for (const key of keys.slice(0, keys.length - KEPT)) device.remove(key);
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null; // written by another release, or by hand
  }
}
