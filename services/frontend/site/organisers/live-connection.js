// The live connection of an organisers' page. It pings more often than a voter's: the audience grows before anything is
// broadcast.
import { connectLive } from "../live.js";

const PING_MS = 10_000;

/** @type {ReturnType<typeof connectLive>|null} */
let connection = null;

/** @param {Parameters<typeof connectLive>[0]} options */
export function connect(options) {
  connection = connectLive({ ...options, pingMs: PING_MS });
}

/** Ping at once: the page expects a message. */
export const wake = () => connection?.wake();
