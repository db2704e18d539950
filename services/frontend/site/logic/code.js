// Single-use codes: how a link carries one, and what to say of one before it is sent. The API has the last word.

export const LENGTH = 25;

/** What the API makes of what was typed: letters and digits, in one case, look-alikes taken for what they look like. */
export function plain(text) {
  const typed = text.normalize("NFKC").toLowerCase();
  return typed.replaceAll(/[^\p{L}\p{N}]/gu, "").replaceAll("o", "0").replaceAll(/[il]/g, "1");
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
 * What the page's own address asks for.
 * @param {{search: string, hash: string}} address
 * @returns {{poll: string|null, code: string}}
 */
export function readLink({ search, hash }) {
  const [query, fragment] = [new URLSearchParams(search), new URLSearchParams(hash.slice(1))];
  return { poll: fragment.get("poll") ?? query.get("poll"), code: fragment.get("code") ?? "" };
}

/** The address to show instead, which a reload understands and nobody can vote with. */
export function shownAddress(poll, { search }) {
  const lang = new URLSearchParams(search).get("lang");
  const query = new URLSearchParams({ ...(poll && { poll }), ...(lang && { lang }) }).toString();
  return query ? `/?${query}` : "/";
}
