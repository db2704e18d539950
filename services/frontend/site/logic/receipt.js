// Receipts as voters type, paste or scan them. Two check characters find a mistyped one: a shortened Reed-Solomon code
// over GF(32). `contracts/receipt.py` has the same rules; `tests/corpus/receipts.json` tests both.
import { plain } from "./code.js";

export const LENGTH = 16;
const GROUP = 4;
const SYMBOLS = "0123456789abcdefghjkmnpqrstvwxyz"; // pragma: allowlist secret
const POLYNOMIAL = 0b100101; // x^5 + x^2 + 1
const MAX_WORDS = 400; // a message, not a book

/** Multiply by 2 in GF(32). @param {number} value */
const double = (value) => (value << 1) ^ (value >= 16 ? POLYNOMIAL : 0);

/**
 * Normalize a typed receipt: letters and digits in one case, look-alikes replaced by the symbols that they resemble.
 * @param {string} text
 */
const plainReceipt = (text) => plain(text).replaceAll("u", "v");

/** Write symbols in capitals and groups. @param {number[]} values */
const grouped = (values) =>
  values.map((value, place) => (place && place % GROUP === 0 ? "-" : "") + SYMBOLS[value].toUpperCase()).join("");

/** Return both syndromes of a receipt: zero for a correct one. @param {number[]} values */
function syndromes(values) {
  let [sum, weighted] = [0, 0];
  for (const value of values) [sum, weighted] = [sum ^ value, double(weighted) ^ value];
  return { sum, weighted };
}

/**
 * Read a typed receipt.
 * @param {string} text
 * @returns {{receipt: string} | {flaw: "empty"|"length"|"symbol"|"check", count: number, suggestion: string|null}}
 *   `suggestion`: the one likely correction of a receipt with wrong check characters
 */
export function readReceipt(text) {
  const symbols = plainReceipt(text);
  const count = Array.from(symbols).length;
  /** @param {"empty"|"length"|"symbol"|"check"} flaw @param {string|null} suggestion */
  const flawed = (flaw, suggestion = null) => ({ flaw, count, suggestion });
  if (!count) return flawed("empty");
  if (count !== LENGTH) return flawed("length");
  const values = Array.from(symbols, (symbol) => SYMBOLS.indexOf(symbol));
  const unknown = values.filter((value) => value < 0).length;
  if (unknown > 1) return flawed("symbol");
  if (unknown) return flawed("symbol", filled(values));
  const { sum, weighted } = syndromes(values);
  return sum || weighted ? flawed("check", corrected(values)) : { receipt: grouped(values) };
}

/** Return the receipt with the one symbol that it lacks (-1). @param {number[]} values */
function filled(values) {
  const others = values.map((value) => Math.max(value, 0));
  const { sum } = syndromes(others);
  return written(others.map((value, place) => (values[place] < 0 ? sum : value)));
}

/** Return the one likely correction: a single wrong symbol, or two exchanged neighbours. @param {number[]} values */
function corrected(values) {
  const { sum, weighted } = syndromes(values);
  const likely = [];
  for (let place = 0; place < LENGTH; place += 1) {
    const changed = [...values];
    if (sum) changed[place] ^= sum;
    else [changed[place], changed[place + 1]] = [values[place + 1] ?? -1, values[place]];
    const right = syndromes(changed);
    if (weighted && !right.sum && !right.weighted) likely.push(changed);
  }
  return likely.length === 1 ? written(likely[0]) : null;
}

/** Write a receipt if its check characters are right. @param {number[]} values */
function written(values) {
  const { sum, weighted } = syndromes(values);
  return sum || weighted ? null : grouped(values);
}

/**
 * Return the receipt in a pasted text: in a link, behind "Receipt:", among other words. A text without a valid one is
 * returned unchanged.
 * @param {string} text
 */
export function receiptFoundIn(text) {
  const words = (unescaped(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).slice(0, MAX_WORDS);
  for (let first = 0; first < words.length; first += 1) {
    let joined = "";
    for (let last = first; last < words.length && joined.length < LENGTH; last += 1) {
      joined += plainReceipt(words[last]);
      const read = joined.length === LENGTH ? readReceipt(joined) : null;
      if (read && "receipt" in read) return read.receipt;
    }
  }
  return text;
}

/** Return the id of the poll in a link or a text. @param {string} text @returns {string|null} */
export function pollFoundIn(text) {
  const words = unescaped(text)
    .toLowerCase()
    .split(/[^0-9a-z]+/);
  return words.find((word) => /^[0-9a-hjkmnp-tv-z]{26}$/.test(word)) ?? null;
}

/** @param {string} text */
function unescaped(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a % that escapes nothing
  }
}
