// Codes that were made on this page, until they are saved: what to say of them, and as what they leave.
import { linkFor } from "./code.js";
import { csvOf } from "./csv.js";
import { number } from "./i18n.js";

export const MAX_AT_ONCE = 5000;

/** @returns {string} what is wrong with a wished number, "" if nothing */
export function flawInCount(text) {
  const wished = /^\d+$/.test(text.trim()) ? Number(text) : 0;
  return wished >= 1 && wished <= MAX_AT_ONCE ? "" : `Choose a number from 1 to ${number(MAX_AT_ONCE)}.`;
}

/** @param {{codes: string[], minted: number, kept: boolean}|undefined} made */
export function aboutCodes(made) {
  if (!made)
    return "Each code is one vote. They are shown here once and kept nowhere: save or print them before you leave.";
  const more = made.minted > made.codes.length ? ` The poll has ${number(made.minted)} in all.` : "";
  const here = `${number(made.codes.length)} ${made.codes.length === 1 ? "code" : "codes"} made here.${more}`;
  return made.kept
    ? `${here} Who holds a code can vote: hand each to one person.`
    : `${here} Save or print them now, nobody can show them again.`;
}

/** @param {string} origin */
export const csvOfCodes = (origin, pollId, codes) =>
  csvOf([["number", "code", "link"], ...codes.map((code, place) => [place + 1, code, linkFor(origin, pollId, code)])]);
