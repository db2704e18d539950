// Single-use codes: how a link carries one, and what to say of one before it is sent. The API has the last word.

export const LENGTH = 25;
const GROUP = 5;

/** Letters that stand for a symbol of a code: O, I and L as Crockford has it, Cyrillic and Greek by their capitals. */
const [LOOK_ALIKES, SYMBOLS] = ["oilавсԁеһнјкморԛѕтѵԝхуіӏзαβεζηικμνορτυχ", "011abcdehhjkm0pqstvwxy113abezh1kmn0ptyx"];
const SYMBOL = new Map([...LOOK_ALIKES].map((letter, place) => [letter, SYMBOLS[place]]));
const DECIMAL = /\p{Nd}/u;

/**
 * What the API makes of what was typed: letters and digits, in one case; digits of any script, and look-alikes taken
 * for what they look like. The same rule is in vote-service's `domain/code.py`; `tests/corpus/codes.json` holds for both.
 */
export function plain(text) {
  const typed = text.normalize("NFKC").toLowerCase();
  return Array.from(typed.replaceAll(/[^\p{L}\p{N}]/gu, ""), (one) => SYMBOL.get(one) ?? digit(one)).join("");
}

/** The value of a decimal digit: every script has its ten in a row, from zero. */
function digit(character) {
  if (!DECIMAL.test(character)) return character;
  const point = character.codePointAt(0);
  let before = 0;
  while (DECIMAL.test(String.fromCodePoint(point - before - 1))) before += 1;
  return String(before % 10);
}

const isCode = (text) => /^[0-9a-hjkmnp-tv-z]{25}$/.test(plain(text));

/**
 * The code in what was pasted: in a link, behind "Code:", among other words, with white space in it. Groups of five
 * come before any other words that have the length of a code. What has none in it is returned as it is.
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

const MAX_SENT = 64; // characters that the API takes: marks and invisible ones may have come along
const MAX_WORDS = 400; // a message, not a book

/** An address as mail and chats hand it on: its parts may have been escaped once more. */
function unescaped(text) {
  const plainText = text.replaceAll(/&amp;/gi, "&");
  try {
    return decodeURIComponent(plainText);
  } catch {
    return plainText; // a % that escapes nothing
  }
}

/** @returns {null|"no_code"|"short_code"} */
export function flawIn(text) {
  const { length } = plain(text);
  if (length === 0) return "no_code";
  return length === LENGTH ? null : "short_code";
}

/**
 * The link for one voter. The code is in the fragment: no browser sends that to any server, so no log has it.
 * @param {string} origin
 */
export const linkFor = (origin, pollId, code) => `${origin}/#poll=${pollId}&code=${code}`;

/**
 * What the page's own address asks for. An option may be chosen by a link from another page, which marks it and no more;
 * what is no option of a named poll is as good as not said.
 * @param {{search: string, hash: string}} address
 * @returns {{poll: string|null, code: string, choice: "a"|"b"|null}}
 */
export function readLink({ search, hash }) {
  const [query, fragment] = [fieldsOf(search), fieldsOf(hash)];
  const poll = pollIn(fragment.poll ?? query.poll ?? "");
  const choice = trimmed(query.choice ?? "").toLowerCase();
  return { poll, code: codeFoundIn(fragment.code ?? ""), choice: poll && ["a", "b"].includes(choice) ? choice : null };
}

/**
 * The fields of a query or a fragment, tolerant of what mail and chats do to links: names in capitals, `&amp;`, an
 * escaped `=`. A value ends before the full stop or the bracket that stood behind the link.
 */
function fieldsOf(text) {
  const written = text.slice(1).replaceAll(/&amp;/gi, "&");
  const fields = new URLSearchParams(written.includes("=") ? written : unescaped(written));
  return Object.fromEntries(Array.from(fields, ([name, value]) => [name.toLowerCase(), trimmed(value)]).reverse());
}

const trimmed = (text) => text.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");

/** The id of a poll is in small letters, whatever a mail program made of it. @returns {string|null} */
const pollIn = (text) => (/^[0-9a-z]{26}$/i.test(text) ? text.toLowerCase() : text || null);

/** The address to show instead, which a reload understands and nobody can vote with. */
export function shownAddress(poll, { search }) {
  const asked = new URLSearchParams(search);
  const kept = ["lang", "choice"].filter((name) => asked.has(name)).map((name) => [name, asked.get(name)]);
  const query = new URLSearchParams([...(poll ? [["poll", poll]] : []), ...kept]).toString();
  return query ? `/?${query}` : "/";
}
