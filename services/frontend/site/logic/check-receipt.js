// Checks a receipt or the file of a proof against the published logs. The caller reads the files.
import { bytesOf, hexOf, isSame, sha256, textOf } from "./bytes.js";
import { checkSignature, parseCheckpoint, parseKeys } from "./checkpoint.js";
import { certificateIn, entryOf, findReceipt, hashesIn, parseBundle, receiptHash } from "./log-search.js";
import { inclusionProof, leafHash, rootOf, TILE, tilePath, tileWidth } from "./merkle.js";

/** @import { PublicCertificate } from "contracts" */
/** @import { Checkpoint, CheckOutcome, LogFlaw, LogKeys, LogProof, PublishedLog } from "page-state" */
/** @typedef {(path: string) => Promise<Uint8Array<ArrayBuffer>|null>} ReadFile null: not published */

const HASH_BYTES = 32;
const CERTIFICATES = "certificates";
const MAX_BUNDLES = 20; // of certificates: the newest 5,000 polls

/** A log that contradicts itself or lacks a part. It says nothing about a vote. */
export class FaultyLog extends Error {
  /** @param {LogFlaw} flaw */
  constructor(flaw) {
    super(flaw);
    this.flaw = flaw;
  }
}

/** @param {LogFlaw} flaw @returns {never} */
function faulty(flaw) {
  throw new FaultyLog(flaw);
}

/**
 * Read the published keys.
 * @param {ReadFile} read
 * @returns {Promise<LogKeys>}
 * @throws {FaultyLog}
 */
export async function readKeys(read) {
  const published = await parseKeys(jsonOf(await read("/logs/keys.json")));
  return published ?? faulty("keys");
}

/** @param {Uint8Array|null} bytes */
function jsonOf(bytes) {
  try {
    return JSON.parse((bytes && textOf(bytes)) ?? "");
  } catch {
    return null;
  }
}

/**
 * Read the log of a poll: its signed checkpoint and the certificate of its result, which a deleted poll no longer has.
 * @param {string} pollId
 * @param {ReadFile} read
 * @returns {Promise<PublishedLog|null>} null: none is published
 * @throws {FaultyLog}
 */
export async function openLog(pollId, read) {
  const [note, body] = await Promise.all([
    read(`/logs/${pollId}/checkpoint`),
    read(`/logs/${pollId}/certificate.json`),
  ]);
  if (!note) return null;
  const keys = await readKeys(read);
  /** @type {PublicCertificate|null} */
  const certificate = body ? (jsonOf(body) ?? faulty("certificate")) : null;
  const certified = certificate ? Date.parse(certificate.recount?.finished_at) || faulty("certificate") : 0;
  const { checkpoint, signed } = await verified(note, pollId, keys, certified);
  if (certificate && !isCertificateOf(certificate, pollId, checkpoint)) faulty("certificate");
  if (body) await checkListed(pollId, hexOf(await sha256(body)), keys, read);
  return { pollId, checkpoint, certificate, signed };
}

/**
 * Verify the checkpoint of a log. Without Ed25519 in this browser its signature stays unchecked.
 * @param {Uint8Array} note
 * @param {string} log
 * @param {LogKeys} published
 */
async function verified(note, log, { prefix, keys }, certified = 0) {
  const checkpoint = parseCheckpoint(textOf(note) ?? "") ?? faulty("checkpoint");
  if (checkpoint.origin !== prefix + log) faulty("checkpoint");
  return { checkpoint, signed: await isSigned(checkpoint, keys, certified) };
}

/** @param {Checkpoint} checkpoint @param {LogKeys["keys"]} keys @param {number} certified */
async function isSigned(checkpoint, keys, certified) {
  const result = await checkSignature(checkpoint, keys, certified);
  if (result === "invalid") faulty("signature");
  if (result === "unknown_key" || result === "expired_key") faulty("key");
  return result === "valid";
}

/** @param {PublicCertificate} certificate @param {string} pollId @param {Checkpoint} checkpoint */
function isCertificateOf({ poll_id, counts, log }, pollId, checkpoint) {
  const fits = `${checkpoint.origin}\n${counts.a + counts.b}\n${log.root_hash}\n`;
  return poll_id === pollId && log.size === checkpoint.size && checkpoint.body.startsWith(fits);
}

/**
 * Check that the newest entry of a poll in the log of certificates is that of its certificate.
 * @param {string} pollId
 * @param {string} hash of the file
 * @param {LogKeys} keys
 * @param {ReadFile} read
 */
async function checkListed(pollId, hash, keys, read) {
  for await (const { entry, index, checkpoint, tiles } of listed(keys, read)) {
    const found = certificateIn(entry);
    if (found?.pollId !== pollId) continue;
    const proof = { extra: bytesOf(entry), index, hashes: await proofOf(index, checkpoint, tiles), checkpoint };
    if (found.hash !== hash || !(await isIncluded(proof))) faulty("certificate");
    return;
  }
  faulty("unlisted");
}

/** Return the polls with the newest certificates, newest first. @param {number} most @param {ReadFile} read */
export async function newestPolls(most, read) {
  const polls = new Set();
  for await (const { entry } of listed(await readKeys(read), read)) {
    polls.add(certificateIn(entry)?.pollId ?? faulty("order"));
    if (polls.size === most) break;
  }
  return [...polls];
}

/** Read the log of certificates, newest first. @param {LogKeys} keys @param {ReadFile} read */
async function* listed(keys, read) {
  const note = await read(`/logs/${CERTIFICATES}/checkpoint`);
  if (!note) return;
  const { checkpoint } = await verified(note, CERTIFICATES, keys);
  const tiles = tilesOf(CERTIFICATES, read);
  const newest = Math.ceil(checkpoint.size / TILE) - 1;
  for (let bundle = newest; bundle >= 0 && bundle > newest - MAX_BUNDLES; bundle -= 1) {
    const entries = await readBundle(bundle, checkpoint, tiles);
    for (let place = entries.length - 1; place >= 0; place -= 1) {
      yield { entry: entries[place], index: bundle * TILE + place, checkpoint, tiles };
    }
  }
}

/**
 * Look for a receipt in a log. The proof of its entry shows that it is there; those of both neighbours, that it is not.
 * @param {string} receipt
 * @param {PublishedLog} log
 * @param {ReadFile} read
 * @returns {Promise<CheckOutcome>}
 * @throws {FaultyLog}
 */
export async function findInLog(receipt, { pollId, checkpoint, certificate, signed }, read) {
  const tiles = tilesOf(pollId, read);
  const found = await findReceipt(await receiptHash(receipt), checkpoint.size, async (bundle) => {
    return hashesIn(await readBundle(bundle, checkpoint, tiles), pollId) ?? faulty("order");
  });
  if (!found) return faulty("order");
  /** @param {{index: number, hash: string}} place */
  const proofAt = async ({ index, hash }) => {
    const proof = { extra: entryOf(pollId, hash), index, hashes: await proofOf(index, checkpoint, tiles), checkpoint };
    return (await isIncluded(proof)) ? proof : faulty("tree");
  };
  if ("at" in found) return { kind: "counted", pollId, certificate, signed, proof: await proofAt(found.at) };
  await Promise.all([found.before, found.after].filter((place) => place !== null).map(proofAt));
  return { kind: "absent", pollId, certificate };
}

/** Return a reader of the tiles of one log, which reads each file once. @param {string} log @param {ReadFile} read */
function tilesOf(log, read) {
  /** @type {Map<string, ReturnType<ReadFile>>} */
  const files = new Map();
  return (/** @type {string} */ path) => {
    const file = files.get(path) ?? read(`/logs/${log}/${path}`);
    files.set(path, file);
    return file;
  };
}

/** @param {number} bundle @param {Checkpoint} checkpoint @param {ReadFile} tiles */
async function readBundle(bundle, { size }, tiles) {
  const entries = parseBundle((await tiles(tilePath("entries", bundle, size))) ?? faulty("missing"));
  return entries?.length === tileWidth(0, bundle, size) ? entries : faulty("missing");
}

/** @param {number} index @param {Checkpoint} checkpoint @param {ReadFile} tiles */
const proofOf = (index, { size }, tiles) =>
  inclusionProof(index, size, async (level, place) => {
    const tile = Math.floor(place / TILE);
    const bytes = (await tiles(tilePath(level, tile, size))) ?? faulty("missing");
    if (bytes.length !== HASH_BYTES * tileWidth(level, tile, size)) faulty("missing");
    const start = HASH_BYTES * (place % TILE);
    return bytes.slice(start, start + HASH_BYTES);
  });

/** @param {LogProof} proof */
async function isIncluded({ extra, index, hashes, checkpoint }) {
  const root = await rootOf(await leafHash(extra), index, checkpoint.size, hashes);
  return root !== null && isSame(root, checkpoint.root);
}

/**
 * Check the file of a proof by the published keys alone. No log is read, so this also works offline.
 * @param {LogProof} proof
 * @param {LogKeys} keys
 * @param {string|null} receipt the typed one
 * @returns {Promise<CheckOutcome>}
 * @throws {FaultyLog}
 */
export async function checkProof(proof, { prefix, keys }, receipt) {
  const { origin } = proof.checkpoint;
  const pollId = origin.startsWith(prefix) ? origin.slice(prefix.length) : faulty("key");
  const wanted = receipt && (await receiptHash(receipt));
  const extra = !proof.extra.length && wanted ? entryOf(pollId, wanted) : proof.extra; // other tools write no entry
  const [hash] = hashesIn([textOf(extra) ?? ""], pollId) ?? faulty("proof");
  const signed = await isSigned(proof.checkpoint, keys, 0);
  if (!(await isIncluded({ ...proof, extra }))) faulty("proof");
  return { kind: "proved", pollId, signed, proof, own: wanted ? wanted === hash : null };
}
