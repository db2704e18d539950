// Exports: the request and its file. No I/O, no DOM.

/** @type {Record<string, string>} */
const TYPES = { csv: "text/csv", json: "application/json" };

/**
 * Return the path of an export, and the name and type of its file. A JSON file of a vote log has one line a page.
 * @param {string} poll_id
 * @param {string} content `totals`, `series` or `vote-log`
 * @param {string} format `csv` or `json`
 * @returns {{path: string, name: string, type: string}}
 */
export function exportAsked(poll_id, content, format) {
  const path = `/admin/api/results/${encodeURIComponent(poll_id)}/export?what=${content}&format=${format}`;
  const ending = content === "vote-log" && format === "json" ? "jsonl" : format;
  return { path, name: `${content}-${poll_id}.${ending}`, type: TYPES[format] };
}
