// Draws the page that checks receipts. Text only, never markup.
import { $, describe, entitle, fieldOf, find, show, write } from "../dom.js";
import { hexOf } from "../logic/bytes.js";
import { number, percent, phrase } from "../logic/i18n.js";
import { writeProof } from "../logic/merkle.js";
import { readReceipt } from "../logic/receipt.js";
import { linkToVerify } from "../logic/receipt-link.js";
import { percents, shares } from "../logic/results.js";
import { certificateText, outcomeMessage, stepsOf } from "../logic/verify-text.js";
import { qrPicture } from "../qr.js";

/** @import { PublicCertificate } from "contracts" */
/** @import { Figure, LogProof, VerifyState } from "page-state" */

const CHOICES = /** @type {const} */ (["a", "b"]);
let linked = ""; // the link in the QR code

export const languageList = $("language");

/** Show the certificate first, for visitors of the result. */
export const putCertificateFirst = () => $("main").prepend($("certificate"));

/** @param {VerifyState} state @param {number} now device time in ms @param {{canScan: boolean}} device */
export function draw(state, now, { canScan }) {
  const { outcome, certificate, busy } = state;
  const field = $("receipt-field");
  if (field.value !== state.text) field.value = state.text;
  field.setAttribute("aria-invalid", String(outcome?.kind === "mistyped"));
  describe($("check"), "aria-disabled", String(busy));
  show($("scan"), canScan);
  const question = certificate?.question;
  const where = question ? phrase("verify.scope", { question }) : phrase("verify.scope_all");
  write($("scope"), state.poll && !question ? "" : where);
  drawOutcome(state, now);
  drawSteps(state);
  show($("certificate"), certificate !== null);
  if (certificate) drawCertificate(certificate);
  entitle(`${phrase("verify.title")} · This or That`);
}

/** @param {VerifyState} state @param {number} now */
function drawOutcome(state, now) {
  const { tone, title, detail, offer, suggestion } = outcomeMessage(state, now);
  $("outcome").dataset.tone = tone;
  $("outcome").dataset.empty = String(!title);
  write($("outcome-title"), title);
  write($("outcome-detail"), detail);
  show($("suggestion"), suggestion !== null);
  write($("suggestion"), suggestion ?? "");
  show($("again"), offer === "again");
  show($("everywhere"), offer === "all");
}

/** @param {VerifyState} state */
function drawSteps({ outcome, text }) {
  const steps = stepsOf(outcome);
  show($("steps"), steps.length > 0);
  if (!outcome || !("proof" in outcome) || !steps.length) return;
  drawFigures($("step-list"), steps);
  const read = readReceipt(text);
  const own = outcome.kind === "counted" && "receipt" in read;
  show($("device"), own);
  const link = own ? new URL(linkToVerify(outcome.pollId, read.receipt), location.origin).href : "";
  if (!own || link === linked) return;
  linked = link;
  $("device-qr").replaceChildren(qrPicture(link));
}

/** @param {HTMLDListElement} list @param {Figure[]} figures */
function drawFigures(list, figures) {
  figures.forEach(({ name, text }, place) => {
    if (!list.children[place]) list.append(document.createElement("div"));
    const row = list.children[place];
    if (!row.children.length) row.append(document.createElement("dt"), document.createElement("dd"));
    write(row.children[0], name);
    write(row.children[1], text);
    row.children[1].setAttribute("dir", "auto"); // base64 stays in its own direction
  });
}

/** @param {PublicCertificate} certificate */
function drawCertificate(certificate) {
  const { counts, total, poll_id } = certificate;
  const [share, parts] = [shares(counts), percents(counts)];
  write($("question"), certificate.question);
  for (const choice of CHOICES) {
    const row = find($("certificate"), `[data-choice="${choice}"]`);
    write(find(row, ".label"), certificate[`option_${choice}`]);
    write(find(row, ".percent"), percent(parts[choice]));
    write(find(row, ".count"), number(counts[choice]));
  }
  $("tug").dataset.empty = String(total === 0);
  $("tug").style.setProperty("--a-share", String(total ? share.a : 0.5));
  const sentences = certificateText(certificate);
  const list = $("sentences");
  while (list.children.length > sentences.length) list.lastElementChild?.remove();
  sentences.forEach((sentence, place) => {
    if (!list.children[place]) list.append(document.createElement("p"));
    write(list.children[place], sentence);
  });
  $("log-link").href = `/logs/${poll_id}/checkpoint`;
}

/**
 * Listen to the reader.
 * @param {{typed: (text: string) => void, check: () => void, everywhere: () => void, suggested: (text: string) => void,
 *   file: (file: File) => void, picture: (file: File) => void, proof: () => LogProof|null}} handle
 */
export function listen(handle) {
  const [field, form] = [$("receipt-field"), $("form")];
  field.addEventListener("input", () => handle.typed(field.value));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if ($("check").getAttribute("aria-disabled") !== "true") handle.check();
  });
  $("again").addEventListener("click", handle.check);
  $("everywhere").addEventListener("click", handle.everywhere);
  $("suggestion").addEventListener("click", ({ currentTarget }) => {
    field.focus(); // the button disappears
    handle.suggested(/** @type {HTMLElement} */ (currentTarget).textContent);
  });
  choose($("open"), $("proof-file"), handle.file);
  choose($("scan"), $("picture-file"), handle.picture);
  $("save").addEventListener("click", () => save(handle.proof()));
  $("copy").addEventListener("click", copy);
}

/** @param {HTMLButtonElement} button @param {HTMLInputElement} input @param {(file: File) => void} handle */
function choose(button, input, handle) {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", (event) => {
    const [file] = fieldOf(event).files ?? [];
    if (file) handle(file);
    input.value = ""; // the same file may be chosen again
  });
}

/** @param {LogProof|null} proof */
function save(proof) {
  if (!proof) return;
  const name = `receipt-${hexOf(proof.checkpoint.root).slice(0, 8)}-${proof.index}.tlog-proof`;
  const file = new Blob([writeProof(proof)], { type: "text/plain" });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Copy the certificate; without access to the clipboard it can be selected. */
async function copy() {
  const lines = [$("question"), ...$("sentences").children].map(({ textContent }) => textContent);
  const text = [...lines, $("log-link").href].join("\n");
  try {
    await navigator.clipboard.writeText(text);
    write($("copied"), phrase("certificate.copied"));
  } catch {
    getSelection()?.selectAllChildren($("sentences"));
  }
}
