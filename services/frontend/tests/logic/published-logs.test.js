// Signed notes, checkpoints, trees and proofs. `vectors/logs.json` was made by two packages that are not ours.
import { afterEach, describe, expect, spyOn, test } from "bun:test";
import { base64Of, bytesOf, fromBase64, isSame, joined, textOf } from "../../site/logic/bytes.js";
import {
  checkSignature,
  isSameTree,
  parseCheckpoint,
  parseKeys,
  parseVerifierKey,
} from "../../site/logic/checkpoint.js";
import { inclusionProof, leafHash, readProof, rootOf, tilePath, writeProof } from "../../site/logic/merkle.js";
import { levelsOf } from "./published-log.js";
import vectors from "./vectors/logs.json";

const NOW = Date.parse("2026-05-04T18:00:00.000Z");
const entries = (size) => Array.from({ length: size }, (_, index) => bytesOf(`entry ${index}`));
const changed = (bytes, place = 0) => bytes.map((byte, index) => (index === place ? byte ^ 1 : byte));

afterEach(() => spyOn(crypto.subtle, "importKey").mockRestore());

describe("base64", () => {
  test.each(["", "AA==", "AAA=", "AAAA", "+/+/"])("is read in its canonical form: %p", (text) => {
    expect(base64Of(fromBase64(text))).toBe(text);
  });

  test.each(["A", "AB==", "====", "AA=A", "AA =", "-_-_", "AAAA\n"])("is refused in any other form: %p", (text) => {
    expect(fromBase64(text)).toBeNull();
  });

  test("aside, bytes that are no UTF-8 are no text", () => {
    expect(textOf(Uint8Array.of(0xc3, 0x28))).toBeNull();
  });
});

describe("a verifier key", () => {
  test("of the specification is read", async () => {
    const key = await parseVerifierKey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    expect(key.name).toBe("example.com/foo");
    expect(key.publicKey).toHaveLength(32);
  });

  test.each([
    "",
    "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
    "example.com/foo+530d903a",
  ])("that is wrong is refused: %p", async (text) => {
    expect(await parseVerifierKey(text)).toBeNull();
  });
});

describe("the published keys", () => {
  test("name the logs of the site and their time", async () => {
    const { prefix, keys } = await parseKeys(vectors.keys);
    expect(prefix).toBe("this-or-that/test/");
    expect(keys).toMatchObject([{ until: Number.POSITIVE_INFINITY }]);
  });

  const [key] = vectors.keys.keys;
  const other = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
  test.each([
    ["no object", null],
    ["no list", {}],
    ["an empty list", { keys: [] }],
    ["no key in the list", { keys: [null] }],
    ["a key of no site", { keys: [{ ...key, vkey: other }] }],
    ["an end that is none", { keys: [{ ...key, valid_until: "never" }] }],
    ["keys of two sites", { keys: [key, { ...key, vkey: other }] }],
  ])("are refused as a whole if a part is not readable: %s", async (_, published) => {
    expect(await parseKeys(published)).toBeNull();
  });
});

describe("a checkpoint", () => {
  const { checkpoint: text } = vectors;
  const [origin, size, root] = text.split("\n");

  test("of another package is read, and its signature is valid", async () => {
    const { keys } = await parseKeys(vectors.keys);
    const checkpoint = parseCheckpoint(text);
    expect(checkpoint).toMatchObject({ origin, size: 600, body: `${origin}\n${size}\n${root}\n` });
    expect(await checkSignature(checkpoint, keys)).toBe("valid");
    expect(await checkSignature(checkpoint, keys, NOW)).toBe("valid");
    expect(isSameTree(checkpoint, parseCheckpoint(text))).toBe(true);
  });

  test("with lines of witnesses and of extensions is read", () => {
    const witnessed = `${text}\u2014 witness.example AAAAAAAA\n`;
    expect(parseCheckpoint(witnessed).signatures).toHaveLength(2);
    expect(parseCheckpoint(text.replace("\n\n", "\nextension\n\n"))).toMatchObject({ size: 600 });
  });

  test.each([
    ["nothing", ""],
    ["no signature", `${origin}\n600\n${root}\n`],
    ["no last line break", text.slice(0, -1)],
    ["no origin", text.slice(origin.length)],
    ["a size with a zero before", text.replace("\n600\n", "\n0600\n")],
    ["a size that is none", text.replace("\n600\n", "\n-1\n")],
    ["a size beyond exact numbers", text.replace("\n600\n", `\n${"9".repeat(16)}\n`)],
    ["a short hash", text.replace(root, "AAAA")],
    ["an empty line within", text.replace("\n600\n", "\n\n600\n")],
    ["a signature without a dash", text.replace("\u2014 ", "- ")],
    ["a signature without a name", text.replace(`\u2014 ${origin} `, "\u2014  ")],
    ["a signature with more words", text.replace(/\n$/, " more\n")],
    ["a signature of four bytes", text.replace(/ \S+\n$/, " AAAAAA==\n")],
    ["a book", text + "x".repeat(70_000)],
  ])("with %s is refused", (_, wrong) => {
    expect(parseCheckpoint(wrong)).toBeNull();
  });

  test("with any changed part is never valid", async () => {
    const { keys } = await parseKeys(vectors.keys);
    const checkpoint = parseCheckpoint(text);
    const [line] = checkpoint.signatures;
    const check = (more) => checkSignature({ ...checkpoint, ...more }, keys);
    expect(await check({ body: checkpoint.body.replace("600", "601") })).toBe("invalid");
    expect(await check({ signatures: [{ ...line, signature: changed(line.signature) }] })).toBe("invalid");
    expect(await check({ signatures: [{ ...line, signature: line.signature.subarray(1) }] })).toBe("invalid");
    expect(await check({ signatures: [{ ...line, id: "00000000" }] })).toBe("unknown_key");
    expect(await check({ signatures: [{ ...line, name: "other" }] })).toBe("unknown_key");
    expect(await check({ signatures: [] })).toBe("unknown_key");
    expect(await check({ origin: "other" })).toBe("unknown_key");
    expect(await checkSignature(checkpoint, [{ ...keys[0], until: NOW - 1 }], NOW)).toBe("expired_key");
  });

  test("in a browser without Ed25519 is not called valid", async () => {
    const { keys } = await parseKeys(vectors.keys);
    const missing = new DOMException("Unrecognized name.", "NotSupportedError");
    spyOn(crypto.subtle, "importKey").mockRejectedValue(missing);
    expect(await checkSignature(parseCheckpoint(text), keys)).toBe("unsupported");
    spyOn(crypto.subtle, "importKey").mockRejectedValue(new DOMException("No key.", "DataError"));
    expect(await checkSignature(parseCheckpoint(text), keys)).toBe("invalid");
  });
});

describe("a tree", () => {
  test.each([
    ["entries", 0, 5, "tile/entries/000.p/5"],
    ["entries", 0, 256, "tile/entries/000"],
    [0, 273, 70_000, "tile/0/273.p/112"],
    [1, 1, 70_000, "tile/1/001.p/17"],
    [2, 0, 70_000, "tile/2/000.p/1"],
    [0, 1_234_067, 2 ** 40, "tile/0/x001/x234/067"],
  ])("has its tiles at the addresses of the specification: %p, %p of %p", (level, tile, size, path) => {
    expect(tilePath(level, tile, size)).toBe(path);
  });

  test.each(vectors.trees)("of $size entries has the proofs of another package", async ({ size, root, proofs }) => {
    const levels = levelsOf(entries(size));
    for (const [index, wanted] of Object.entries(proofs)) {
      const proof = await inclusionProof(Number(index), size, async (level, place) => levels[level][place]);
      expect(proof.map(base64Of)).toEqual(wanted);
      const leaf = await leafHash(bytesOf(`entry ${index}`));
      expect(base64Of(await rootOf(leaf, Number(index), size, proof))).toBe(root);
    }
  });

  test("refuses a proof of another length, place or content", async () => {
    const { root, proofs } = vectors.trees.find(({ size }) => size === 600);
    const [leaf, proof, right] = [await leafHash(bytesOf("entry 300")), proofs[300].map(fromBase64), fromBase64(root)];
    const leads = async (...args) => isSame((await rootOf(...args)) ?? new Uint8Array(), right);
    expect(await leads(leaf, 300, 600, proof)).toBe(true);
    expect(await leads(changed(leaf), 300, 600, proof)).toBe(false);
    expect(await leads(leaf, 301, 600, proof)).toBe(false);
    expect(await leads(leaf, 300, 600, proof.toReversed())).toBe(false);
    for (const place of proof.keys()) {
      expect(await leads(leaf, 300, 600, proof.with(place, changed(proof[place])))).toBe(false);
    }
    expect(await rootOf(leaf, 300, 600, proof.slice(1))).toBeNull();
    expect(await rootOf(leaf, 300, 600, [...proof, leaf])).toBeNull();
    expect(await rootOf(leaf, 600, 600, proof)).toBeNull();
    expect(await rootOf(leaf, 0, 0, [])).toBeNull();
  });
});

describe("the file of a proof", () => {
  const extra = bytesOf("the entry");
  const proof = { ...readProof(vectors.proof), extra };
  const written = writeProof(proof);

  test("of another package is read and leads to the signed root", async () => {
    const { index, hashes, checkpoint } = readProof(vectors.proof);
    expect(index).toBe(417);
    const root = await rootOf(await leafHash(bytesOf("entry 417")), index, checkpoint.size, hashes);
    expect(isSame(root, checkpoint.root)).toBe(true);
  });

  test("is the other package's, with the entry in one more line", () => {
    expect(written.replace(/^extra .*\n/m, "")).toBe(vectors.proof);
    expect(readProof(written)).toEqual(proof);
  });

  test.each([
    ["nothing", ""],
    ["another format", written.replace("@v1", "@v2")],
    ["no index", written.replace("index 417\n", "")],
    ["an index with a zero before", written.replace("index 417", "index 0417")],
    ["a line that is no hash", written.replace("index 417\n", "index 417\nAAAA\n")],
    ["too many hashes", written.replace("\n\n", `${`\n${"A".repeat(43)}=`.repeat(64)}\n\n`)],
    ["an entry that is not base64", written.replace(/^extra .*$/m, "extra ?")],
    ["no checkpoint", written.split("\n\n")[0]],
    ["a damaged checkpoint", written.replace("\n600\n", "\n\n")],
    ["a book", "x".repeat(100_000)],
  ])("with %s is refused", (_, wrong) => {
    expect(readProof(wrong)).toBeNull();
  });
});

test("bytes are joined in order", () => {
  expect(joined(Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3));
});
