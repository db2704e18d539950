// Checks of receipts and proofs: reads the logs, and where there is none, asks for the poll.
import { Failure, publicApi } from "../api.js";
import { checkProof, FaultyLog, findInLog, newestPolls, openLog, readKeys } from "../logic/check-receipt.js";
import { readProof } from "../logic/merkle.js";
import { readReceipt } from "../logic/receipt.js";
import { readFile } from "./log-files.js";

/** @import { CheckOutcome } from "page-state" */

const MAX_POLLS = 30; // a search over all results reads two or three files of each
const MAX_PROOF = 20_000; // bytes

/**
 * Check a typed receipt.
 * @param {string} text
 * @param {string|null} pollId null: all published results
 * @returns {Promise<CheckOutcome>}
 */
export async function checkReceipt(text, pollId) {
  const read = readReceipt(text);
  if (!("receipt" in read)) return { kind: "mistyped", ...read };
  return safely(() => (pollId ? checkIn(pollId, read.receipt) : search(read.receipt)));
}

/** Check the certificate of a poll. @param {string} pollId */
export const checkCertificate = (pollId) => safely(() => checkIn(pollId, null));

/** @param {string} pollId @param {string|null} receipt @returns {Promise<CheckOutcome>} */
async function checkIn(pollId, receipt) {
  const log = await openLog(pollId, readFile);
  if (log) return receipt ? findInLog(receipt, log, readFile) : { kind: "certified", ...log };
  try {
    return { kind: "unpublished", poll: (await publicApi.poll(pollId)).body };
  } catch (failure) {
    if (failure instanceof Failure && (failure.status === 404 || failure.status === 422)) return { kind: "unknown" };
    throw failure;
  }
}

/**
 * Look for a receipt in the newest results. A log that cannot be read leaves the answer open.
 * @param {string} receipt
 * @returns {Promise<CheckOutcome>}
 */
async function search(receipt) {
  const polls = await newestPolls(MAX_POLLS, readFile);
  if (!polls.length) return { kind: "no_results" };
  /** @type {CheckOutcome} */
  let open = { kind: "absent_all" };
  for (const pollId of polls) {
    const outcome = await safely(() => checkIn(pollId, receipt));
    if (outcome.kind === "counted") return outcome;
    if (outcome.kind !== "absent") open = outcome;
  }
  return open;
}

/**
 * Check the file of a proof.
 * @param {File} file
 * @param {string} text the field for the receipt
 * @returns {Promise<CheckOutcome>}
 */
export async function checkFile(file, text) {
  const proof = file.size <= MAX_PROOF ? readProof(await file.text()) : null;
  if (!proof) return { kind: "no_proof" };
  const read = readReceipt(text);
  return safely(async () => checkProof(proof, await readKeys(readFile), "receipt" in read ? read.receipt : null));
}

/**
 * Turn the reasons why a check has no result into findings.
 * @param {() => Promise<CheckOutcome>} check
 * @returns {Promise<CheckOutcome>}
 */
async function safely(check) {
  if (!crypto.subtle) return { kind: "uncheckable" }; // a page without https
  try {
    return await check();
  } catch (failure) {
    if (failure instanceof FaultyLog) return { kind: "faulty", flaw: failure.flaw };
    if (failure instanceof Failure) return { kind: "unreachable" };
    throw failure;
  }
}
