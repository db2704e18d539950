// Exports of the selected poll: fetched page by page, saved as one file; its result as one sentence.
import { html } from "../html.js";
import { exportAsked, sentenceOf, withTexts } from "../logic/exports.js";
import { phrase } from "../logic/i18n.js";
import { isEarly } from "../logic/poll-status.js";
import { withField } from "../organisers/events.js";
import { Button, Choose, Hint } from "../organisers/parts.js";
import { saveFile } from "../organisers/save-file.js";
import { downloadSigned } from "../organisers/session.js";
import { attempt, notify, read, selected, serverTime, update } from "./store.js";

/** @import { Poll } from "contracts" */
/** @import { PollView } from "page-state" */

const CONTENTS = { totals: "exports.totals", series: "exports.series", "vote-log": "exports.vote_log" };
const FORMATS = { csv: "CSV", json: "JSON" };

/** @param {PollView} view */
export function ExportsPanel({ state, lifecycle }) {
  if (isEarly(lifecycle)) return null;
  const { what, format, progress } = state.exporting;
  const contents = Object.entries(CONTENTS).map(([content, name]) => [content, phrase(name)]);
  return html`<section class="exports" id="exports" aria-labelledby="exports-title">
    <h2 id="exports-title">${phrase("exports.title")}</h2>
    <div class="actions">
      <${Choose} id="export-what" label=${phrase("exports.what")} value=${what} entries=${contents}
        onChange=${withField(({ value }) => update("exporting", { what: value }))} />
      <${Choose} id="export-format" label=${phrase("exports.format")} value=${format} entries=${Object.entries(FORMATS)}
        onChange=${withField(({ value }) => update("exporting", { format: value }))} />
      <${Button} look="small" id="export" label=${phrase("exports.download")} busy=${state.busy.export} onPress=${() => run((poll) => download(poll, what, format))} />
      <${Button} look="small" id="copy-result" label=${phrase("exports.copy")} onPress=${copyResult} />
    </div>
    <${Hint} id="export-hint" text=${what === "vote-log" && lifecycle === "open" ? phrase("exports.open") : ""} />
    <p class="hint" id="export-progress" role="status">${progress}</p>
  </section>`;
}

/** @param {(poll: Poll) => unknown} work */
const run = (work) =>
  attempt("export", () => {
    const poll = selected();
    return poll && work(poll);
  });

/** Download the totals of the selected poll as CSV. */
export const exportTotals = () =>
  run(async (poll) => notify(phrase("exports.saved", { name: await download(poll, "totals", "csv") })));

/** Download an export; return the name of its file. @param {Poll} poll @param {string} content @param {string} format */
async function download(poll, content, format) {
  const { path, name, type } = exportAsked(poll, content, format, serverTime());
  const whole = format === "csv" && content !== "vote-log"; // one page, with the texts of the poll
  const pages = [];
  try {
    for (let next = /** @type {string|null} */ (path); next; ) {
      const page = await downloadSigned(next);
      pages.push(new Blob([whole ? withTexts(page.text, poll) : page.text])); // a browser may keep blobs outside the page's memory
      next = page.next;
      if (next) update("exporting", { progress: phrase("exports.pages", { n: pages.length }) });
    }
  } finally {
    update("exporting", { progress: "" });
  }
  saveFile(new Blob(pages, { type }), name);
  update("exporting", { progress: phrase("exports.saved", { name }) });
  return name;
}

async function copyResult() {
  const poll = selected();
  const results = poll && read().results[poll.poll_id];
  if (!poll || !results) return;
  const sentence = sentenceOf(poll, results);
  const copied = await navigator.clipboard.writeText(sentence).then(
    () => true,
    () => false,
  );
  notify(phrase(copied ? "exports.copied" : "exports.not_copied", { sentence }));
}
