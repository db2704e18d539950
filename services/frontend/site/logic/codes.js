// Codes made on this page, until they are saved: hints, errors and the CSV file.
import { linkFor } from "./code.js";
import { csvOf } from "./csv.js";
import { phrase } from "./i18n.js";

/** @import { MadeCodes } from "page-state" */

export const MAX_AT_ONCE = 5000;

/**
 * Return the error in a number of codes; "" if there is none.
 * @param {string} text
 */
export function flawInCount(text) {
  const count = /^\d+$/.test(text.trim()) ? Number(text) : 0;
  return count >= 1 && count <= MAX_AT_ONCE ? "" : phrase("single.flaw", { max: MAX_AT_ONCE });
}

/** Return the hint about the codes made on this page. @param {MadeCodes|undefined} made */
export function codesHint(made) {
  if (!made) return phrase("single.hint");
  const here = phrase("single.made", { n: made.codes.length });
  const more = made.minted > made.codes.length ? phrase("single.in_all", { n: made.minted }) : "";
  return [here, more, phrase(made.kept ? "single.kept" : "single.unsaved")].filter(Boolean).join(" ");
}

/**
 * Return the codes with their links as a CSV file.
 * @param {string} origin
 * @param {string} pollId
 * @param {string[]} codes
 */
export const csvOfCodes = (origin, pollId, codes) =>
  csvOf([["number", "code", "link"], ...codes.map((code, place) => [place + 1, code, linkFor(origin, pollId, code)])]);
