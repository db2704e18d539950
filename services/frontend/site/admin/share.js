// Shares the selected poll: its link, also as a QR code, and the HTML that embeds it.
import { embedCodeOf, linkHint, linkOf } from "../logic/share.js";
import { qrPicture } from "../qr.js";
import { $, say, show, write } from "./dom.js";
import { saveFile } from "./exports.js";

/** @import { Poll } from "contracts" */
/** @import { Lifecycle } from "page-state" */

/** @type {string|null} The link of the drawn QR code. */
let shown = null;

/** @param {Poll} poll @param {Lifecycle} lifecycle */
export function drawShare(poll, lifecycle) {
  const link = linkOf(location.origin, poll.poll_id);
  const origins = poll.embed_origins ?? [];
  show($("share"), lifecycle !== "archived");
  write($("share-hint"), linkHint(lifecycle));
  fill($("share-link"), link);
  show($("share-embed"), origins.length > 0);
  fill($("share-code"), origins.length > 0 ? embedCodeOf(location.origin, poll) : "");
  write($("share-sites"), origins.length > 0 ? `It works on ${origins.join(", ")} alone.` : "");
  if (shown !== link) drawCode(link);
}

/** @param {string} link */
async function drawCode(link) {
  shown = link;
  try {
    const { encode } = /** @type {typeof import("uqr")} */ (await import("../vendor/uqr.js"));
    if (shown === link) $("share-qr").replaceChildren(qrPicture(link, encode));
  } catch {
    $("share-qr").replaceChildren(); // the link is shown in any case
  }
}

/** Save the QR code as SVG, on white: it is printed at any size. */
function saveCode() {
  const picture = /** @type {SVGElement|null} */ ($("share-qr").querySelector("svg")?.cloneNode(true));
  if (!picture) return;
  const [, , side] = (picture.getAttribute("viewBox") ?? "").split(" ");
  const white = document.createElementNS("http://www.w3.org/2000/svg", "path");
  white.setAttribute("fill", "#fff");
  white.setAttribute("d", `M0 0h${side}v${side}H0z`);
  picture.prepend(white);
  const file = new Blob([new XMLSerializer().serializeToString(picture)], { type: "image/svg+xml" });
  saveFile(file, "qr-code.svg");
}

/** @param {HTMLInputElement|HTMLTextAreaElement} field @param {string} text */
function fill(field, text) {
  if (field.value !== text) field.value = text;
}

export function listenForSharing() {
  $("share-copy").addEventListener("click", () => copy($("share-link"), "The link is copied."));
  $("share-save-qr").addEventListener("click", saveCode);
  $("share-copy-code").addEventListener("click", () => copy($("share-code"), "The code is copied."));
}

/**
 * Copy the text of a field; without access to the clipboard, select it for copying by hand.
 * @param {HTMLInputElement|HTMLTextAreaElement} field
 * @param {string} said
 */
async function copy(field, said) {
  let text = said;
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.focus();
    field.select();
    text = "It could not be copied here. It is marked: copy it by hand.";
  }
  write($("share-said"), text);
  say(text);
}
