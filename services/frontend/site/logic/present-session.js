// The presenter session as this browser remembers it: whose it is and when it ends. No I/O, no clock, no DOM.

/** @import { Role } from "contracts" */

export const PRESENTER_SESSION = "tot.presenter";
const LONG_MS = 11 * 3_600_000;

/**
 * Return the remembered session until it ends, or null.
 * @param {string|null} stored
 * @param {number} now device time in ms
 * @returns {{username: string, role: Role, ends: number, long: boolean}|null} `long`: it lasts for an event
 */
export function keptPresenter(stored, now) {
  const { username, role, expires_at } = JSON.parse(stored ?? "{}");
  const ends = Date.parse(expires_at ?? "");
  return ends > now ? { username, role, ends, long: ends - now > LONG_MS } : null;
}
