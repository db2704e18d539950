// The order of the options on this device.
import { firstOption } from "../logic/option-order.js";
import { device } from "../storage.js";

/** @import { PublicPoll } from "contracts" */

const SEED = "tot.order";

/** Return this device's random number: stored here, and sent nowhere. */
function seed() {
  const stored = device.get(SEED) ?? String(Math.random());
  device.set(SEED, stored);
  return stored;
}

/** Return the option that this device shows first; undefined in a poll with one order. @param {PublicPoll} poll */
export const orderOf = (poll) => firstOption(poll, seed);
