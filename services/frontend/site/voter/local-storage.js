// The votes of this device, so that the page can show them. They decide nothing: the vote service does.
import { device, tab } from "../storage.js";

/** @import { Choice } from "contracts" */
/** @import { Mine } from "page-state" */

const PREFIX = "tot.vote.";
const CODE = "tot.code.";
const KEPT = 50;

/** @param {unknown} value */
const isText = (value) => typeof value === "string";

/**
 * Return the stored vote in a poll, or the one that was being sent.
 * @param {string} pollId
 * @returns {{mine: Mine|null, pending: {choice: Choice, code?: string}|null}}
 */
export function recall(pollId) {
  const stored = parsed(device.get(PREFIX + pollId));
  if (!stored || !["a", "b"].includes(stored.choice)) return { mine: null, pending: null };
  if (isText(stored.receipt) && isText(stored.recorded_at)) return { mine: stored, pending: null };
  return { mine: null, pending: stored.pending === true ? stored : null };
}

/**
 * Return the vote of this voter from this device, from any tab.
 * @param {string} pollId
 * @param {string|undefined} code
 */
export function standing(pollId, code) {
  const { mine } = recall(pollId);
  return mine && mine.code === code ? mine : null;
}

/**
 * Listen for votes that other tabs of this device have recorded.
 * @param {(pollId: string, mine: Mine) => void} handle
 */
export function onVoteElsewhere(handle) {
  addEventListener("storage", ({ key }) => {
    const pollId = key?.startsWith(PREFIX) ? key.slice(PREFIX.length) : null;
    const { mine } = pollId ? recall(pollId) : { mine: null };
    if (pollId && mine) handle(pollId, mine);
  });
}

/**
 * Store a vote before it is sent: if the tab is closed now, the next page load sends it.
 * @param {string} pollId
 * @param {Choice} choice
 * @param {string|undefined} code
 */
export const rememberPending = (pollId, choice, code) => store(pollId, { choice, code, pending: true });

/** @param {string} pollId @param {Mine} mine */
export const rememberVote = (pollId, mine) => store(pollId, mine);

/** @param {string} pollId */
export const forget = (pollId) => device.remove(PREFIX + pollId);

/**
 * Store the code of this tab until it is used: after a reload the address has none.
 * @param {string} pollId
 * @param {string} code
 */
export const rememberCode = (pollId, code) => (code ? tab.set(CODE + pollId, code) : tab.remove(CODE + pollId));

/** @param {string} pollId */
export const recallCode = (pollId) => tab.get(CODE + pollId) ?? "";

/** @param {string} pollId @param {object} value */
function store(pollId, value) {
  device.set(PREFIX + pollId, JSON.stringify({ ...value, at: Date.now() }));
  const keys = device.keys().filter((key) => key.startsWith(PREFIX));
  if (keys.length <= KEPT) return;
  /** @param {string} key */
  const age = (key) => parsed(device.get(key))?.at ?? 0;
  keys.sort((one, other) => age(one) - age(other));
  for (const key of keys.slice(0, keys.length - KEPT)) device.remove(key);
}

/** @param {string|null} text */
function parsed(text) {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null; // written by another release, or by hand
  }
}
