// Codes made on this page, until they are saved: hints, errors and the CSV file.
import { linkFor } from "./code.js";
import { csvOf } from "./csv.js";
import { number } from "./i18n.js";

/** @import { MadeCodes } from "page-state" */

export const MAX_AT_ONCE = 5000;

/**
 * Return the error in a number of codes; "" if there is none.
 * @param {string} text
 */
export function flawInCount(text) {
  const count = /^\d+$/.test(text.trim()) ? Number(text) : 0;
  return count >= 1 && count <= MAX_AT_ONCE ? "" : `Choose a number from 1 to ${number(MAX_AT_ONCE)}.`;
}

/** Return the hint about the codes made on this page. @param {MadeCodes|undefined} made */
export function codesHint(made) {
  if (!made)
    return "Each code is one vote. They are shown here once and kept nowhere: save or print them before you leave.";
  const more = made.minted > made.codes.length ? ` The poll has ${number(made.minted)} in all.` : "";
  const here = `${number(made.codes.length)} ${made.codes.length === 1 ? "code" : "codes"} made here.${more}`;
  return made.kept
    ? `${here} Anyone with a code can vote once: hand each to one person.`
    : `${here} Save or print them now: they cannot be shown again.`;
}

/**
 * Return the codes with their links as a CSV file.
 * @param {string} origin
 * @param {string} pollId
 * @param {string[]} codes
 */
export const csvOfCodes = (origin, pollId, codes) =>
  csvOf([["number", "code", "link"], ...codes.map((code, place) => [place + 1, code, linkFor(origin, pollId, code)])]);
