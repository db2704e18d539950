// The order of the options in a poll that shuffles them: dealt to each device, and the same at each load. No I/O.

/** @import { Choice, PublicPoll } from "contracts" */

/**
 * Return the option that is shown first; undefined where option A is first for all. It is one bit of a hash of the poll and
 * of a random number that never leaves the device, so the orders of two polls are independent.
 * @param {Pick<PublicPoll, "poll_id"|"shuffle_options">} poll
 * @param {() => string} seed of this device
 * @returns {Choice|undefined}
 */
export function firstOption({ poll_id, shuffle_options }, seed) {
  if (!shuffle_options) return undefined;
  let hash = 0;
  for (const letter of seed() + poll_id) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193); // FNV-1a
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b); // the finalizer of MurmurHash3
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & 1 ? "b" : "a";
}
