// Entries of a poll's log, and the search for one. The entries are in order of the receipts' hashes, so the server
// sees only which bundles of 256 entries are read.
import { bytesOf, hexOf, sha256, textOf } from "./bytes.js";
import { TILE } from "./merkle.js";

/** @typedef {{index: number, hash: string}} Place */
/** @typedef {{at: Place} | {before: Place|null, after: Place|null}} Found the receipt, or the entries beside its place */

/** Return the hash of a receipt in capitals and groups. @param {string} receipt */
export const receiptHash = async (receipt) => hexOf(await sha256(bytesOf(`receipt${receipt}`)));

/** @param {string} pollId @param {string} hash */
export const entryOf = (pollId, hash) => bytesOf(`tot/1\n${pollId}\n${hash}\n`);

/**
 * Parse a bundle of entries; null if it is damaged.
 * @param {Uint8Array} bytes
 * @returns {string[]|null}
 */
export function parseBundle(bytes) {
  const entries = [];
  for (let start = 0; start < bytes.length; ) {
    const end = start + 2 + bytes[start] * 256 + bytes[start + 1];
    const entry = end <= bytes.length ? textOf(bytes.subarray(start + 2, end)) : null; // NaN beyond the end
    if (entry === null) return null;
    entries.push(entry);
    start = end;
  }
  return entries;
}

/**
 * Return the hashes of receipts in entries.
 * @param {string[]} entries
 * @param {string} pollId
 * @returns {string[]|null} null if an entry is none of this poll's, or they are not in order
 */
export function hashesIn(entries, pollId) {
  const hashes = entries.map((entry) => /^tot\/1\n([0-9a-z]+)\n([0-9a-f]{64})\n$/.exec(entry));
  const right = hashes.every((one, place) => one?.[1] === pollId && (hashes[place - 1]?.[2] ?? "") <= one[2]);
  return right ? hashes.map((one) => one?.[2] ?? "") : null;
}

/** Return the poll and the hash of the file in an entry of the log of certificates. @param {string} entry */
export function certificateIn(entry) {
  const [, pollId, hash] = /^tot-certificate\/1\n([0-9a-z]+)\n([0-9a-f]{64})\n$/.exec(entry) ?? [];
  return pollId ? { pollId, hash } : null;
}

/**
 * Find a receipt, or the two entries between which it would be. At first the place is estimated, because hashes are
 * evenly distributed; in a log whose hashes are not, the search halves the rest. A receipt that is not found where it
 * must be is absent only if the entries there are in order and as many as chance allows.
 * @param {string} wanted the hash of the receipt
 * @param {number} size of the tree
 * @param {(bundle: number) => Promise<string[]>} read
 * @returns {Promise<Found|null>} null: the log is not in order
 */
export async function findReceipt(wanted, size, read) {
  /** @type {Place|null} */ let before = null;
  /** @type {Place|null} */ let after = null;
  const bundles = Math.ceil(size / TILE);
  const expected = (Number.parseInt(wanted.slice(0, 13), 16) / 16 ** 13) * size;
  let [first, last] = [0, bundles - 1];
  for (let step = 0; first <= last; step += 1) {
    const bundle = step < 3 ? Math.min(Math.max(Math.floor(expected / TILE), first), last) : middleOf(first, last);
    const hashes = await read(bundle);
    const start = bundle * TILE;
    const next = hashes.findIndex((hash) => hash >= wanted);
    if (hashes[next] === wanted) return { at: { index: start + next, hash: wanted } };
    if (next !== -1) after = { index: start + next, hash: hashes[next] };
    if (next !== 0) {
      const place = (next === -1 ? hashes.length : next) - 1;
      before = { index: start + place, hash: hashes[place] };
    }
    if (next > 0) break;
    [first, last] = next === 0 ? [first, bundle - 1] : [bundle + 1, last];
  }
  const place = before ? before.index + 1 : 0;
  if (Math.abs(place - expected) > 8 + 3 * Math.sqrt(size)) return null; // six standard deviations
  /** @type {string[]} */
  const around = []; // the entries of both neighbours' bundles, and of one more on each side
  const end = Math.min(Math.floor(place / TILE) + 2, bundles);
  for (let one = Math.max(Math.floor((place - 1) / TILE) - 1, 0); one < end; one += 1)
    around.push(...(await read(one)));
  return around.some((hash, index) => hash < around[index - 1]) ? null : { before, after };
}

/** @param {number} first @param {number} last */
const middleOf = (first, last) => Math.floor((first + last) / 2);
