// Solves the proof of work that a poll may ask for with each vote. Browsers run PBKDF2 outside the main thread, so the page
// stays responsive without a worker, which its content security policy would have to allow.
import { Failure } from "../api.js";

/** @import { Challenge } from "contracts" */
/** @import { Proof } from "page-state" */

const AT_ONCE = Math.max(1, Math.min(4, navigator.hardwareConcurrency ?? 1));
const MAX_TRIES = 100_000; // a hundred times the expected number: a limit for challenges without a solution

/**
 * Solve a challenge.
 * @param {Challenge} challenge
 * @returns {Promise<Proof>} the proof to send with the vote
 * @throws {Failure} without a solution
 */
export async function solve(challenge) {
  const { key_prefix, cost, key_length } = challenge;
  const salt = bytes(challenge.salt);
  const nonce = bytes(challenge.nonce);
  let next = 0;
  /** @type {string|null} */
  let found = null;

  /** @param {number} counter */
  async function derive(counter) {
    const password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    new DataView(password.buffer).setUint32(nonce.length, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const wanted = { name: "PBKDF2", hash: "SHA-256", salt, iterations: cost };
    return hex(await crypto.subtle.deriveBits(wanted, key, key_length * 8));
  }

  async function search() {
    while (found === null && next < MAX_TRIES) {
      const key = await derive(next++);
      if (key.startsWith(key_prefix)) found = key;
    }
  }

  await Promise.all(Array.from({ length: AT_ONCE }, search));
  if (found === null) throw new Failure(0);
  return { challenge, derived_key: found };
}

/** @param {string} text */
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
/** @param {ArrayBuffer} buffer */
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
