// Single-use codes: in links, and as voters type them. The API decides whether a code is valid.
/** @import { Choice } from "contracts" */

export const LENGTH = 25;
const GROUP = 5;

/** Letters that resemble a symbol of a code: O, I and L by Crockford's Base32, Cyrillic and Greek ones by their capitals. */
const [LOOK_ALIKES, SYMBOLS] = ["oilавсԁеһнјкморԛѕтѵԝхуіӏзαβεζηικμνορτυχ", "011abcdehhjkm0pqstvwxy113abezh1kmn0ptyx"];
/** @type {Map<string, string>} */
const SYMBOL = new Map([...LOOK_ALIKES].map((letter, place) => [letter, SYMBOLS[place]]));
const DECIMAL = /\p{Nd}/u;

/**
 * Normalize a typed code as the API does: letters and digits, in one case; digits of any script; look-alikes replaced
 * by the symbols that they resemble. vote-service's `domain/code.py` has the same rule; `tests/corpus/codes.json` tests
 * both.
 * @param {string} text
 */
export function plain(text) {
  const typed = text.normalize("NFKC").toLowerCase();
  return Array.from(typed.replaceAll(/[^\p{L}\p{N}]/gu, ""), (one) => SYMBOL.get(one) ?? digit(one)).join("");
}

/** Return the value of a decimal digit: every script has its ten in a row, from zero. @param {string} character */
function digit(character) {
  if (!DECIMAL.test(character)) return character;
  const point = character.codePointAt(0) ?? 0;
  let before = 0;
  while (DECIMAL.test(String.fromCodePoint(point - before - 1))) before += 1;
  return String(before % 10);
}

/** @param {string} text */
const isCode = (text) => /^[0-9a-hjkmnp-tv-z]{25}$/.test(plain(text));

/**
 * Return the code in a pasted text: in a link, behind "Code:", among other words, with white space in it. Groups of
 * five take precedence over other words of the length of a code. A text without a code is returned unchanged.
 * @param {string} text
 */
export function codeFoundIn(text) {
  if (isCode(text)) return text.length > MAX_SENT ? plain(text).toUpperCase() : text.trim();
  const [, linked] = /[#?&;]code=([^&#\s]+)/i.exec(unescaped(text)) ?? [];
  if (linked && isCode(linked)) return trimmed(linked);
  const words = [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].slice(0, MAX_WORDS);
  let found = null;
  for (let first = 0; first < words.length; first += 1) {
    for (let last = first, length = 0; last < words.length && length < LENGTH; last += 1) {
      length += plain(words[last][0]).length;
      const whole = text.slice(words[first].index, words[last].index + words[last][0].length);
      if (length !== LENGTH || !isCode(whole)) continue;
      if (words.slice(first, last + 1).every(([word]) => plain(word).length === GROUP)) return whole;
      found ??= whole;
    }
  }
  return found ?? text;
}

const MAX_SENT = 64; // characters that the API accepts; a pasted text may hold more, marks and invisible ones
const MAX_WORDS = 400; // a message, not a book

/** Unescape an address: mail and chat programs may have escaped its parts once more. @param {string} text */
function unescaped(text) {
  const plainText = text.replaceAll(/&amp;/gi, "&");
  try {
    return decodeURIComponent(plainText);
  } catch {
    return plainText; // a % that escapes nothing
  }
}

/**
 * Return the error in a typed code; null if there is none.
 * @param {string} text
 * @returns {null|"no_code"|"short_code"}
 */
export function flawIn(text) {
  const { length } = plain(text);
  if (length === 0) return "no_code";
  return length === LENGTH ? null : "short_code";
}

/**
 * Return the link for one voter. The code is in the fragment: no browser sends that to a server, so no log contains it.
 * @param {string} origin
 * @param {string} pollId
 * @param {string} code
 */
export const linkFor = (origin, pollId, code) => `${origin}/#poll=${pollId}&code=${code}`;

/**
 * Read the poll, the code and the option of the page's address. An option is preselected, never cast. An option without
 * a poll is ignored.
 * @param {{search: string, hash: string}} address
 * @returns {{poll: string|null, code: string, choice: Choice|null}}
 */
export function readLink({ search, hash }) {
  const [query, fragment] = [fieldsOf(search), fieldsOf(hash)];
  const poll = pollIn(fragment.poll ?? query.poll ?? "");
  const choice = trimmed(query.choice ?? "").toLowerCase();
  return {
    poll,
    code: codeFoundIn(fragment.code ?? ""),
    choice: poll && (choice === "a" || choice === "b") ? choice : null,
  };
}

/**
 * Parse the fields of a query or a fragment. Tolerates the changes that mail and chat programs make to links: names in capitals,
 * `&amp;`, an escaped `=`, and a full stop or bracket behind the link.
 * @param {string} text
 * @returns {Record<string, string>}
 */
function fieldsOf(text) {
  const written = text.slice(1).replaceAll(/&amp;/gi, "&");
  const fields = new URLSearchParams(written.includes("=") ? written : unescaped(written));
  return Object.fromEntries(Array.from(fields, ([name, value]) => [name.toLowerCase(), trimmed(value)]).reverse());
}

/** @param {string} text */
const trimmed = (text) => text.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");

/**
 * Return the id of a poll in lower case: mail programs may have changed its case.
 * @param {string} text
 * @returns {string|null}
 */
const pollIn = (text) => (/^[0-9a-z]{26}$/i.test(text) ? text.toLowerCase() : text || null);

/**
 * Return the address to show instead: it works after a reload, and contains no code.
 * @param {string|null} poll
 * @param {{search: string}} address
 */
export function shownAddress(poll, { search }) {
  const asked = new URLSearchParams(search);
  const kept = ["lang", "choice"].filter((name) => asked.has(name)).map((name) => [name, asked.get(name) ?? ""]);
  const query = new URLSearchParams([...(poll ? [["poll", poll]] : []), ...kept]).toString();
  return query ? `/?${query}` : "/";
}
