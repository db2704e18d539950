// Merkle trees of logs, RFC 9162: proofs from tiles (c2sp.org/tlog-tiles), their verification, and proofs as files
// (c2sp.org/tlog-proof). Numbers may exceed 32 bits, so no bitwise operators.
import { base64Of, fromBase64, joined, sha256 } from "./bytes.js";
import { parseCheckpoint } from "./checkpoint.js";

/** @import { LogProof } from "page-state" */
/** @typedef {Uint8Array<ArrayBuffer>} Hash */
/** @typedef {(level: number, index: number) => Promise<Hash>} ReadHash the hash of `256 ** level` entries from a tile */

export const TILE = 256;
const HEADER = "c2sp.org/tlog-proof@v1";
const MAX_PROOF = 63;

/** @param {Uint8Array} entry */
export const leafHash = (entry) => sha256(joined(Uint8Array.of(0), entry));

/** @param {Uint8Array} left @param {Uint8Array} right */
const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

/**
 * Return the part of an address that names a tile.
 * @param {number|"entries"} level
 * @param {number} tile
 * @param {number} size of the tree
 */
export function tilePath(level, tile, size) {
  const groups = [String(tile % 1000).padStart(3, "0")];
  for (let rest = Math.floor(tile / 1000); rest; rest = Math.floor(rest / 1000)) {
    groups.unshift(`x${String(rest % 1000).padStart(3, "0")}`);
  }
  const width = tileWidth(level === "entries" ? 0 : level, tile, size);
  return `tile/${level}/${groups.join("/")}${width < TILE ? `.p/${width}` : ""}`;
}

/** Return the number of hashes in a tile. @param {number} level @param {number} tile @param {number} size of the tree */
export const tileWidth = (level, tile, size) => Math.min(TILE, Math.floor(size / TILE ** level) - tile * TILE);

/** Return the greatest power of two below a number. @param {number} size more than 1 */
function splitOf(size) {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/**
 * Return the hash of the entries from `start` to `end`, a subtree of the tree.
 * @param {number} start
 * @param {number} end
 * @param {ReadHash} read
 * @returns {Promise<Hash>}
 */
async function subtreeHash(start, end, read) {
  const size = end - start;
  const level = Math.round(Math.log2(size)) / 8;
  if (TILE ** level === size && Number.isInteger(level)) return read(level, start / size);
  const middle = start + splitOf(size);
  return nodeHash(await subtreeHash(start, middle, read), await subtreeHash(middle, end, read));
}

/**
 * Return the inclusion proof of an entry: the hashes beside its way to the root, from the leaf up.
 * @param {number} index
 * @param {number} size of the tree
 * @param {ReadHash} read
 */
export async function inclusionProof(index, size, read) {
  const proof = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    const below = index < middle;
    proof.unshift(await (below ? subtreeHash(middle, end, read) : subtreeHash(start, middle, read)));
    [start, end] = below ? [start, middle] : [middle, end];
  }
  return proof;
}

/**
 * Return the root hash that an inclusion proof leads to; null if its length does not fit the place of the entry.
 * @param {Hash} leaf
 * @param {number} index
 * @param {number} size of the tree
 * @param {Hash[]} proof
 * @returns {Promise<Hash|null>}
 */
export async function rootOf(leaf, index, size, proof) {
  if (index >= size) return null;
  let [hash, place, last] = [leaf, index, size - 1];
  for (const beside of proof) {
    if (!last) return null;
    if (place % 2 || place === last) {
      hash = await nodeHash(beside, hash);
      while (place % 2 === 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else {
      hash = await nodeHash(hash, beside);
    }
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last ? null : hash;
}

/**
 * Write a proof as a file.
 * @param {LogProof} proof
 */
export function writeProof({ extra, index, hashes, checkpoint }) {
  const lines = [HEADER, `extra ${base64Of(extra)}`, `index ${index}`, ...hashes.map(base64Of), "", checkpoint.text];
  return lines.join("\n");
}

/**
 * Read the file of a proof; null if it is none.
 * @param {string} text
 * @returns {LogProof|null}
 */
export function readProof(text) {
  const end = text.indexOf("\n\n");
  const [header, ...lines] = text.slice(0, end).split("\n");
  const extra = lines[0]?.startsWith("extra ") ? fromBase64((lines.shift() ?? "").slice(6)) : new Uint8Array();
  const [, index] = /^index (0|[1-9]\d{0,14})$/.exec(lines.shift() ?? "") ?? [];
  const hashes = lines.map(fromBase64).filter((hash) => hash?.length === 32);
  const checkpoint = parseCheckpoint(text.slice(end + 2));
  if (end < 0 || header !== HEADER || !extra || !index || !checkpoint) return null;
  if (hashes.length !== lines.length || hashes.length > MAX_PROOF) return null;
  return { extra, index: Number(index), hashes: hashes.filter((hash) => hash !== null), checkpoint };
}
