// Exports of the selected poll: fetched page by page, saved as one file.
import { serverNow } from "../logic/admin.js";
import { exportAsked, withTexts } from "../logic/exports.js";
import { number } from "../logic/i18n.js";
import { isEarly, lifecycleOf } from "../logic/poll-status.js";
import { block } from "./busy-buttons.js";
import { $, show, write } from "./dom.js";
import { downloadSigned } from "./session.js";

/** @import { Poll } from "contracts" */
/** @import { AdminState } from "page-state" */

/** @param {AdminState} state @param {Poll} poll @param {number} now device time in ms */
export function drawExports(state, poll, now) {
  const lifecycle = lifecycleOf(poll, serverNow(state, now));
  const hidden = isEarly(lifecycle);
  show($("exports"), !hidden);
  show($("export-now"), lifecycle === "closed" || lifecycle === "archived");
  for (const id of /** @type {const} */ (["export", "export-now"])) block($(id), state.busy.export);
  const hint =
    $("export-what").value === "vote-log" && lifecycle === "open"
      ? "The vote log is complete once the poll has closed."
      : "";
  write($("export-hint"), hint);
}

/**
 * Download an export of a poll; return the name of its file.
 * @param {Poll} poll
 * @param {string} content
 * @param {string} format
 * @param {number} at server time in ms
 */
export async function exportPoll(poll, content, format, at) {
  const { path, name, type } = exportAsked(poll, content, format, at);
  const whole = format === "csv" && content !== "vote-log"; // one page, with the texts of the poll
  const pages = [];
  try {
    for (let next = /** @type {string|null} */ (path); next; ) {
      const page = await downloadSigned(next);
      pages.push(new Blob([whole ? withTexts(page.text, poll) : page.text])); // a browser may keep blobs outside the page's memory
      next = page.next;
      $("export-progress").textContent = next ? `${number(pages.length)} pages so far…` : "";
    }
  } finally {
    $("export-progress").textContent = "";
  }
  saveFile(new Blob(pages, { type }), name);
  $("export-progress").textContent = `Saved as ${name}.`;
  return name;
}

/** @param {Blob} file @param {string} name */
export function saveFile(file, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}
