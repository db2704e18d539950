// What to ask for, and how pages become one file. No I/O, no DOM.
const TYPES = { csv: "text/csv", json: "application/json" };

/** @returns {{path: string, name: string, type: string}} */
export function exportAsked(poll_id, what, format) {
  const path = `/admin/api/results/${encodeURIComponent(poll_id)}/export?what=${what}&format=${format}`;
  return { path, name: `${what}-${poll_id}.${format}`, type: TYPES[format] };
}

/** Pages of CSV follow each other, the first alone has the names of the columns; more than one of JSON are a list. */
export function joined(pages, type) {
  if (type !== TYPES.json || pages.length === 1) return pages;
  return ["[", ...pages.flatMap((page, place) => (place ? [",\n", page] : [page])), "]"];
}
