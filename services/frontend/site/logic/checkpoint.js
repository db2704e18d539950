// Checkpoints of logs and the keys that sign them: c2sp.org/signed-note and c2sp.org/tlog-checkpoint with Ed25519.
import { bytesOf, fromBase64, hexOf, isSame, joined, sha256 } from "./bytes.js";

/** @import { Checkpoint, LogKey, SignatureCheck } from "page-state" */

const ED25519 = Uint8Array.of(1);
const DASH = "\u2014 ";
const MAX_NOTE = 65_536;

/** Return the id of a key for a log. @param {string} name @param {Uint8Array<ArrayBuffer>} publicKey */
const keyId = async (name, publicKey) =>
  hexOf((await sha256(joined(bytesOf(`${name}\n`), ED25519, publicKey))).subarray(0, 4));

/**
 * Parse a verifier key; null if it is none of Ed25519, or its id is wrong.
 * @param {string} text
 * @returns {Promise<{name: string, publicKey: Uint8Array<ArrayBuffer>}|null>}
 */
export async function parseVerifierKey(text) {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? [];
  const bytes = fromBase64(encoded ?? "");
  if (bytes?.length !== 33 || bytes[0] !== ED25519[0]) return null;
  const publicKey = bytes.slice(1);
  return (await keyId(name, publicKey)) === id ? { name, publicKey } : null;
}

/**
 * Parse the published keys. The name of each is `{prefix}certificates`: the prefix is that of all logs of the site.
 * @param {unknown} published the content of `keys.json`
 * @returns {Promise<{prefix: string, keys: LogKey[]}|null>} null if a part is not readable
 */
export async function parseKeys(published) {
  const listed = /** @type {{keys?: unknown}|null} */ (published)?.keys;
  if (!Array.isArray(listed) || !listed.length) return null;
  const keys = await Promise.all(listed.map(parseKey));
  const prefixes = new Set(keys.map((key) => key?.prefix));
  const [prefix] = prefixes;
  return prefixes.size === 1 && prefix ? { prefix, keys: keys.filter((key) => key !== null) } : null;
}

/** @param {{vkey?: unknown, valid_until?: unknown}|null} published */
async function parseKey(published) {
  const key = await parseVerifierKey(String(published?.vkey));
  const [, prefix] = /^(.+\/)certificates$/.exec(key?.name ?? "") ?? [];
  const ends = published?.valid_until ?? null;
  const until = ends === null ? Number.POSITIVE_INFINITY : Date.parse(String(ends));
  return key && prefix && !Number.isNaN(until) ? { prefix, publicKey: key.publicKey, until } : null;
}

/**
 * Parse a checkpoint; null if it is none.
 * @param {string} text
 * @returns {Checkpoint|null}
 */
export function parseCheckpoint(text) {
  const end = text.lastIndexOf("\n\n");
  if (end < 0 || text.length > MAX_NOTE || !text.endsWith("\n")) return null;
  const body = text.slice(0, end + 1);
  const signatures = text
    .slice(end + 2, -1)
    .split("\n")
    .map(parseSignature);
  const [origin, size, root, ...more] = body.slice(0, -1).split("\n");
  const hash = fromBase64(root ?? "");
  const whole = /^(0|[1-9]\d{0,14})$/.test(size ?? "") && hash?.length === 32 && origin && !more.includes("");
  if (!whole || signatures.includes(null)) return null;
  return { text, body, origin, size: Number(size), root: hash, signatures: signatures.filter((one) => one !== null) };
}

/** @param {string} line */
function parseSignature(line) {
  const [name, encoded, ...more] = line.startsWith(DASH) ? line.slice(DASH.length).split(" ") : [];
  const bytes = fromBase64(encoded ?? "");
  if (!name || !bytes || bytes.length < 5 || more.length) return null;
  return { name, id: hexOf(bytes.subarray(0, 4)), signature: bytes.slice(4) };
}

/**
 * Verify the signature of a checkpoint by the published keys.
 * @param {Checkpoint} checkpoint
 * @param {LogKey[]} keys
 * @param {number} at the time of the signed result: a key that had ended by then must not sign it
 * @returns {Promise<SignatureCheck>} `unsupported`: this browser has no Ed25519
 */
export async function checkSignature(checkpoint, keys, at = 0) {
  const message = bytesOf(checkpoint.body);
  /** @type {SignatureCheck} */
  let found = "unknown_key";
  for (const key of keys) {
    const id = await keyId(checkpoint.origin, key.publicKey);
    for (const one of checkpoint.signatures) {
      if (one.name !== checkpoint.origin || one.id !== id) continue;
      const result = await verify(key.publicKey, one.signature, message);
      if (result !== "valid") return result;
      if (at <= key.until) return "valid";
      found = "expired_key";
    }
  }
  return found;
}

/**
 * @param {Uint8Array<ArrayBuffer>} publicKey
 * @param {Uint8Array<ArrayBuffer>} signature
 * @param {Uint8Array<ArrayBuffer>} message
 * @returns {Promise<"valid"|"invalid"|"unsupported">}
 */
async function verify(publicKey, signature, message) {
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    return (await crypto.subtle.verify("Ed25519", key, signature, message)) === true ? "valid" : "invalid";
  } catch (failure) {
    return /** @type {Error} */ (failure).name === "NotSupportedError" ? "unsupported" : "invalid";
  }
}

/** Whether two checkpoints are of the same tree. @param {Checkpoint} one @param {Checkpoint} other */
export const isSameTree = (one, other) =>
  one.origin === other.origin && one.size === other.size && isSame(one.root, other.root);
