// A receipt against the published logs: found, not found, and every kind of fault, none of which is a "not counted".
import { beforeAll, describe, expect, spyOn, test } from "bun:test";
import { base64Of, bytesOf, textOf } from "../../site/logic/bytes.js";
import { checkProof, FaultyLog, findInLog, newestPolls, openLog, readKeys } from "../../site/logic/check-receipt.js";
import { findReceipt } from "../../site/logic/log-search.js";
import { readProof, writeProof } from "../../site/logic/merkle.js";
import { hashOf, POLL, publish, reader, signer, writeLog } from "./published-log.js";

const RECEIPTS = Array.from({ length: 600 }, (_, index) => `receipt ${index}`);
const OTHER = "0000000000000000000000000a";
const BUNDLES = `/logs/${POLL}/tile/entries/`;
let key;
let files;

beforeAll(async () => {
  key = await signer();
  files = await publish(RECEIPTS, key, { others: [`tot-certificate/1\n${OTHER}\n${"0".repeat(64)}\n`] });
});

const changed = (path, change) => new Map(files).set(path, change(files.get(path)));
const without = (path) => new Map([...files].filter(([one]) => one !== path));
const flip = (place) => (bytes) => bytes.map((byte, index) => (index === place ? byte ^ 1 : byte));
const rewritten = (change) => (bytes) => bytesOf(change(textOf(bytes)));

async function check(receipt, published = files, pollId = POLL) {
  const read = reader(published);
  const log = await openLog(pollId, read);
  return log && { ...(await findInLog(receipt, log, read)), asked: read.asked };
}

async function flawOf(published, receipt = RECEIPTS[0]) {
  try {
    return (await check(receipt, published)).kind;
  } catch (fault) {
    if (!(fault instanceof FaultyLog)) throw fault;
    return fault.flaw;
  }
}

describe("a receipt", () => {
  test("is found in logs of any size, with its place", async () => {
    for (const size of [1, 2, 255, 256, 257, 600]) {
      const published = await publish(RECEIPTS.slice(0, size), key);
      const { kind, proof, signed } = await check(RECEIPTS[0], published);
      const place = RECEIPTS.slice(0, size).map(hashOf).sort().indexOf(hashOf(RECEIPTS[0]));
      expect([kind, signed, proof.index, proof.checkpoint.size]).toEqual(["counted", true, place, size]);
    }
  });

  test("that no vote has is absent from logs of any size", async () => {
    for (const size of [0, 1, 256, 600]) {
      const published = await publish(RECEIPTS.slice(0, size), key);
      expect(await check("none", published)).toMatchObject({ kind: "absent", certificate: { poll_id: POLL } });
    }
  });

  test("is looked up without a word about it to the server", async () => {
    const { asked } = await check(RECEIPTS[7]);
    expect(asked.filter((path) => path.startsWith(BUNDLES)).length).toBeLessThanOrEqual(2);
    expect(asked.join()).not.toContain(hashOf(RECEIPTS[7]).slice(0, 6));
    expect(asked.join()).not.toContain(RECEIPTS[7]);
  });

  test("of a poll without a log is not judged", async () => {
    expect(await check(RECEIPTS[0], files, OTHER)).toBeNull();
  });

  test("of a deleted poll, which has no certificate, is found", async () => {
    const { kind, certificate } = await check(RECEIPTS[0], without(`/logs/${POLL}/certificate.json`));
    expect([kind, certificate]).toEqual(["counted", null]);
  });

  test("is not called signed where the browser has no Ed25519", async () => {
    spyOn(crypto.subtle, "importKey").mockRejectedValue(new DOMException("", "NotSupportedError"));
    expect(await check(RECEIPTS[0])).toMatchObject({ kind: "counted", signed: false });
    spyOn(crypto.subtle, "importKey").mockRestore();
  });
});

describe("a search", () => {
  const hex = (number) => number.toString(16).padStart(64, "0");

  test("ends soon where hashes are not evenly distributed", async () => {
    const hashes = Array.from({ length: 256 * 64 }, (_, index) => hex(index)); // all begin with zeros
    let bundles = 0;
    const read = async (bundle) => {
      bundles += 1;
      return hashes.slice(bundle * 256, bundle * 256 + 256);
    };
    expect(await findReceipt(hex(10_000), hashes.length, read)).toEqual({ at: { index: 10_000, hash: hex(10_000) } });
    expect(bundles).toBeLessThanOrEqual(9);
  });

  test("finds nothing in a log whose entries are not where they must be", async () => {
    const even = Array.from({ length: 1000 }, (_, index) => `${hex(index * 65).slice(-4)}${"0".repeat(60)}`);
    const search = (wanted, hashes) =>
      findReceipt(wanted, hashes.length, async (bundle) => hashes.slice(bundle * 256, bundle * 256 + 256));
    const wanted = `8000${"1".repeat(60)}`;
    expect(await search(wanted, even)).toMatchObject({ before: { index: 504 }, after: { index: 505 } });
    const exchanged = [...even.slice(0, 256), ...even.slice(512, 768), ...even.slice(256, 512), ...even.slice(768)];
    expect(await search(even[505], exchanged)).toBeNull();
    expect(await search(wanted, even.toReversed())).toBeNull();
    expect(await search(wanted, Array(1000).fill("f".repeat(64)))).toBeNull();
  });
});

// covers: T42
describe("a faulty log is named and never read as a missing vote:", () => {
  const checkpoint = `/logs/${POLL}/checkpoint`;
  const certificate = `/logs/${POLL}/certificate.json`;
  const listed = "/logs/certificates/checkpoint";
  const first = RECEIPTS.toSorted((one, other) => (hashOf(one) < hashOf(other) ? -1 : 1))[0];
  const json = (change) => rewritten((text) => JSON.stringify(change(JSON.parse(text))));

  test.each([
    ["no keys", "keys", () => without("/logs/keys.json")],
    ["damaged keys", "keys", () => changed("/logs/keys.json", flip(3))],
    ["a damaged checkpoint", "checkpoint", () => changed(checkpoint, flip(0))],
    ["a checkpoint that is no text", "checkpoint", () => changed(checkpoint, () => Uint8Array.of(255))],
    [
      "another size",
      "signature",
      () =>
        changed(
          checkpoint,
          rewritten((text) => text.replace("600", "599")),
        ),
    ],
    [
      "a changed certificate",
      "certificate",
      () =>
        changed(
          certificate,
          json((one) => ({ ...one, question: "?" })),
        ),
    ],
    [
      "other counts",
      "certificate",
      () =>
        changed(
          certificate,
          json((one) => ({ ...one, counts: { a: 1, b: 2 } })),
        ),
    ],
    [
      "no recount",
      "certificate",
      () =>
        changed(
          certificate,
          json(({ recount, ...one }) => one),
        ),
    ],
    ["a certificate that is no JSON", "certificate", () => changed(certificate, flip(0))],
    ["no log of certificates", "unlisted", () => without(listed)],
    ["a damaged log of certificates", "checkpoint", () => changed(listed, flip(0))],
    ["a missing tile of certificates", "missing", () => without("/logs/certificates/tile/0/000.p/2")],
    ["a missing bundle", "missing", () => without(`${BUNDLES}000`)],
    ["a truncated bundle", "missing", () => changed(`${BUNDLES}000`, (bytes) => bytes.slice(0, -1))],
    ["a shorter bundle", "missing", () => changed(`${BUNDLES}000`, (bytes) => bytes.slice(0, -100))],
    ["a missing tile", "missing", () => without(`/logs/${POLL}/tile/0/000`)],
    ["a truncated tile", "missing", () => changed(`/logs/${POLL}/tile/0/000`, (bytes) => bytes.slice(32))],
    ["a changed tile", "tree", () => changed(`/logs/${POLL}/tile/0/000`, flip(40))],
    ["a changed entry", "order", () => changed(`${BUNDLES}000`, flip(120))],
  ])("%s", async (_, flaw, fault) => {
    expect(await flawOf(fault(), first)).toBe(flaw);
  });

  test("an omitted vote", async () => {
    const hashes = RECEIPTS.map(hashOf).sort();
    const entries = hashes.map((hash) => bytesOf(`tot/1\n${POLL}\n${hash}\n`)).slice(1);
    const shorter = new Map(files);
    await writeLog(shorter, POLL, entries, key);
    expect(await flawOf(shorter)).toBe("certificate");
  });

  test("a checkpoint by another key", async () => {
    const foreign = await publish(RECEIPTS, await signer());
    expect(await flawOf(new Map(files).set(checkpoint, foreign.get(checkpoint)))).toBe("key");
  });

  test("a key that had ended before the result", async () => {
    const ended = json(({ keys: [one] }) => ({ keys: [{ ...one, valid_until: "2026-05-04T18:00:00.000Z" }] }));
    expect(await flawOf(changed("/logs/keys.json", ended))).toBe("key");
  });

  test("a log in another order", async () => {
    const hashes = RECEIPTS.map(hashOf).sort().reverse();
    expect(await flawOf(await publish([], key, { hashes }))).toBe("order");
  });

  test("a log whose hashes are right and whose bundles are exchanged", async () => {
    const hashes = RECEIPTS.map(hashOf).sort();
    const turned = [...hashes.slice(256, 512), ...hashes.slice(0, 256), ...hashes.slice(512)];
    const flaws = new Set();
    const published = await publish([], key, { hashes: turned });
    for (const receipt of RECEIPTS.slice(0, 60)) flaws.add(await flawOf(published, receipt));
    expect(flaws).toEqual(new Set(["order", "counted"]));
  });

  test("a certificate that a later one replaces", async () => {
    const others = [`tot-certificate/1\n${POLL}\n${"0".repeat(64)}\n`];
    expect(await flawOf(await publish(RECEIPTS, key, { others }))).toBe("certificate");
  });

  test("a certificate that the log of certificates does not have", async () => {
    const published = await publish(RECEIPTS, key);
    await writeLog(published, "certificates", [bytesOf(`tot-certificate/1\n${OTHER}\n${"0".repeat(64)}\n`)], key);
    expect(await flawOf(published)).toBe("unlisted");
  });
});

describe("the newest polls", () => {
  test("are those of the log of certificates, each once", async () => {
    const others = [OTHER, POLL, OTHER].map((poll) => `tot-certificate/1\n${poll}\n${"0".repeat(64)}\n`);
    const published = await publish([], key, { others });
    expect(await newestPolls(30, reader(published))).toEqual([OTHER, POLL]);
    expect(await newestPolls(1, reader(published))).toEqual([OTHER]);
  });

  test("are none without a log of certificates", async () => {
    expect(await newestPolls(30, reader(without("/logs/certificates/checkpoint")))).toEqual([]);
  });

  test("are not read from entries of another kind", async () => {
    const published = await publish([], key, { others: ["something else"] });
    expect(newestPolls(30, reader(published))).rejects.toThrow(FaultyLog);
  });
});

describe("the file of a proof", () => {
  const keys = () => readKeys(reader(files));
  const proofOf = async (receipt) => (await check(receipt)).proof;

  test("is valid without the log", async () => {
    const proof = readProof(writeProof(await proofOf(RECEIPTS[9])));
    expect(await checkProof(proof, await keys(), null)).toMatchObject({ kind: "proved", pollId: POLL, own: null });
    expect(await checkProof(proof, await keys(), RECEIPTS[9])).toMatchObject({ signed: true, own: true });
    expect(await checkProof(proof, await keys(), RECEIPTS[8])).toMatchObject({ signed: true, own: false });
  });

  test("of another tool has no entry: the receipt gives it", async () => {
    const bare = { ...(await proofOf(RECEIPTS[9])), extra: new Uint8Array() };
    expect(await checkProof(bare, await keys(), RECEIPTS[9])).toMatchObject({ kind: "proved", own: true });
    expect(checkProof(bare, await keys(), null)).rejects.toThrow("proof");
    expect(checkProof(bare, await keys(), RECEIPTS[8])).rejects.toThrow("proof");
  });

  test("of another site or with one changed byte is refused", async () => {
    const proof = await proofOf(RECEIPTS[9]);
    const foreign = { ...(await keys()), prefix: "other/" };
    expect(checkProof(proof, foreign, null)).rejects.toThrow("key");
    for (const place of [0, 30, 60]) {
      expect(checkProof({ ...proof, extra: flip(place)(proof.extra) }, await keys(), null)).rejects.toThrow(FaultyLog);
    }
    const text = writeProof(proof);
    const wrong = readProof(text.replace(base64Of(proof.hashes[0]), base64Of(proof.hashes[1])));
    expect(checkProof(wrong, await keys(), null)).rejects.toThrow("proof");
  });

  test("is shorter than two kilobytes", async () => {
    expect(writeProof(await proofOf(RECEIPTS[9])).length).toBeLessThan(2048);
  });
});
