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
 * What the page's own address asks for. An option may be chosen by a link from another page, which marks it and no more;
 * what is no option of a named poll is as good as not said.
 * @param {{search: string, hash: string}} address
 * @returns {{poll: string|null, code: string, choice: "a"|"b"|null}}
 */
export function readLink({ search, hash }) {
  const [query, fragment] = [new URLSearchParams(search), new URLSearchParams(hash.slice(1))];
  const poll = fragment.get("poll") ?? query.get("poll");
  const choice = query.get("choice");
  return { poll, code: fragment.get("code") ?? "", choice: poll && ["a", "b"].includes(choice) ? choice : null };
}

/** The address to show instead, which a reload understands and nobody can vote with. */
export function shownAddress(poll, { search }) {
  const asked = new URLSearchParams(search);
  const kept = ["lang", "choice"].filter((name) => asked.has(name)).map((name) => [name, asked.get(name)]);
  const query = new URLSearchParams([...(poll ? [["poll", poll]] : []), ...kept]).toString();
  return query ? `/?${query}` : "/";
}
