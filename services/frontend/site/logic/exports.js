// Exports: the request, and the file of several pages. No I/O, no DOM.

/** @type {Record<string, string>} */
const TYPES = { csv: "text/csv", json: "application/json" };

/**
 * Return the path of an export, and the name and type of its file.
 * @param {string} poll_id
 * @param {string} content `totals`, `series` or `vote-log`
 * @param {string} format `csv` or `json`
 * @returns {{path: string, name: string, type: string}}
 */
export function exportAsked(poll_id, content, format) {
  const path = `/admin/api/results/${encodeURIComponent(poll_id)}/export?what=${content}&format=${format}`;
  return { path, name: `${content}-${poll_id}.${format}`, type: TYPES[format] };
}

/**
 * Join the pages of an export. Pages of CSV are concatenated: only the first has a header. Several pages of JSON become
 * a list.
 * @template {BlobPart} Part
 * @param {Part[]} pages
 * @param {string} type
 * @returns {(Part|string)[]}
 */
export function joined(pages, type) {
  if (type !== TYPES.json || pages.length === 1) return pages;
  return ["[", ...pages.flatMap((page, place) => (place ? [",\n", page] : [page])), "]"];
}
