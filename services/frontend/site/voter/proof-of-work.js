// Does the sum that a poll may ask for with each vote. Browsers do PBKDF2 beside the page's own thread, so the page
// stays alive and needs no worker, for which its policy would have to be loosened.
import { Failure } from "../api.js";

const AT_ONCE = Math.max(1, Math.min(4, navigator.hardwareConcurrency ?? 1));
const MAX_TRIES = 100_000; // a hundred times what is asked for: nobody's phone works for nothing for ever

/**
 * @param {{nonce: string, salt: string, cost: number, key_length: number, key_prefix: string}} challenge
 * @returns {Promise<{challenge: object, derived_key: string}>} the proof to send with the vote
 * @throws {Failure} it has no solution
 */
export async function solve(challenge) {
  const { key_prefix, cost, key_length } = challenge;
  const salt = bytes(challenge.salt);
  const nonce = bytes(challenge.nonce);
  let next = 0;
  let found = null;

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

const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => Number.parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
