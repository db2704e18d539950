// A poll's log as the services publish it, for tests: receipts, tiles, a signed checkpoint, keys and the certificate.
import { base64Of, bytesOf, hexOf, joined } from "../../site/logic/bytes.js";
import { entryOf } from "../../site/logic/log-search.js";
import { tilePath, tileWidth } from "../../site/logic/merkle.js";

export const PREFIX = "this-or-that/test/";
export const POLL = "7vnm3h2k9q4w8r5t6y1x0c2b3d";
export const CERTIFIED_AT = "2026-05-04T18:22:10.000Z";

/** Synchronous: a large tree takes many hashes. */
export const digest = (...parts) => new Uint8Array(new Bun.CryptoHasher("sha256").update(joined(...parts)).digest());
const leaf = (entry) => digest(Uint8Array.of(0), entry);
const node = (left, right) => digest(Uint8Array.of(1), left, right);

/** Return the levels of a tree of tiles: the hashes of 1, 256, 65536, … entries each. */
export function levelsOf(entries) {
  const levels = [entries.map(leaf)];
  for (let level = levels[0]; level.length >= 256; ) {
    const above = [];
    for (let start = 0; start + 256 <= level.length; start += 256) above.push(rootOf(level.slice(start, start + 256)));
    levels.push(above);
    level = above;
  }
  return levels;
}

export function rootOf(hashes) {
  if (!hashes.length) return digest();
  if (hashes.length === 1) return hashes[0];
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return node(rootOf(hashes.slice(0, split)), rootOf(hashes.slice(split)));
}

/** A key of Ed25519 and its signature on checkpoints. */
export async function signer() {
  const { privateKey, publicKey } = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const key = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
  const id = (name) => digest(bytesOf(`${name}\n`), Uint8Array.of(1), key).subarray(0, 4);
  return {
    verifierKey: (name) => `${name}+${hexOf(id(name))}+${base64Of(joined(Uint8Array.of(1), key))}`,
    async sign(origin, size, root) {
      const body = `${origin}\n${size}\n${base64Of(root)}\n`;
      const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, bytesOf(body)));
      return `${body}\n\u2014 ${origin} ${base64Of(joined(id(origin), signature))}\n`;
    },
  };
}

/** Return the hash of a receipt, as text. */
export const hashOf = (receipt) => hexOf(digest(bytesOf(`receipt${receipt}`)));

/** Return the files of a poll's log and of the log of certificates, by their address. */
export async function publish(
  receipts,
  key,
  { hashes = receipts.map(hashOf).sort(), certificate = {}, others = [] } = {},
) {
  const files = new Map();
  const root = await writeLog(
    files,
    POLL,
    hashes.map((hash) => entryOf(POLL, hash)),
    key,
  );
  const file = bytesOf(JSON.stringify(certificateOf(hashes.length, base64Of(root), certificate)));
  files.set(`/logs/${POLL}/certificate.json`, file);
  const listed = bytesOf(`tot-certificate/1\n${POLL}\n${hexOf(digest(file))}\n`);
  await writeLog(files, "certificates", [listed, ...others.map(bytesOf)], key);
  const keys = [{ vkey: key.verifierKey(`${PREFIX}certificates`), valid_from: CERTIFIED_AT, valid_until: null }];
  return files.set("/logs/keys.json", bytesOf(JSON.stringify({ keys })));
}

/** Add the files of a log; return its root. */
export async function writeLog(files, log, entries, key) {
  const [size, levels, root] = [entries.length, levelsOf(entries), rootOf(entries.map(leaf))];
  const add = (name, content) => files.set(`/logs/${log}/${name}`, content);
  for (let tile = 0; tile * 256 < size; tile += 1) {
    const bundle = entries.slice(tile * 256, tile * 256 + tileWidth(0, tile, size));
    add(tilePath("entries", tile, size), joined(...bundle.flatMap((entry) => [Uint8Array.of(0, entry.length), entry])));
  }
  for (const [level, all] of levels.entries()) {
    for (let tile = 0; tile * 256 < all.length; tile += 1) {
      add(tilePath(level, tile, size), joined(...all.slice(tile * 256, tile * 256 + 256)));
    }
  }
  add("checkpoint", bytesOf(await key.sign(PREFIX + log, size, root)));
  return root;
}

export const certificateOf = (size, root_hash, more) => ({
  poll_id: POLL,
  question: "Tea or coffee?",
  option_a: "Tea",
  option_b: "Coffee",
  policy: "device",
  opens_at: "2026-05-04T18:00:00.000Z",
  closes_at: "2026-05-04T18:20:00.000Z",
  counts: { a: Math.ceil(size / 2), b: Math.floor(size / 2) },
  total: size,
  invalid: 0,
  recount: { recount_id: "1", started_at: CERTIFIED_AT, finished_at: CERTIFIED_AT, difference: 0 },
  log: { origin: PREFIX + POLL, size, root_hash },
  ...more,
});

/** Return a reader of files that also lists the addresses read. */
export function reader(files) {
  const asked = [];
  const read = async (path) => {
    asked.push(path);
    return files.get(path) ?? null;
  };
  return Object.assign(read, { asked });
}
