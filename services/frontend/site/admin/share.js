// Hands the poll on the stage on: its link, as a QR code as well, and the code for the pages of other sites.
import { aboutLink, frameOf, linkOf } from "../logic/share.js";
import { qrPicture } from "../qr.js";
import { $, say, show, write } from "./dom.js";

let shown = null; // the link that the QR code stands for

/** @param {object} poll @param {string} stage where it is in its life */
export function drawShare(poll, lifecycle) {
  const link = linkOf(location.origin, poll.poll_id);
  const origins = poll.embed_origins ?? [];
  show($("share"), lifecycle !== "archived");
  write($("share-hint"), aboutLink(lifecycle));
  fill($("share-link"), link);
  show($("share-frame"), origins.length > 0);
  fill($("share-code"), origins.length > 0 ? frameOf(location.origin, poll) : "");
  write($("share-sites"), origins.length > 0 ? `It works on ${origins.join(", ")} alone.` : "");
  if (shown !== link) drawCode(link);
}

async function drawCode(link) {
  shown = link;
  try {
    const { encode } = await import("../vendor/uqr.js");
    if (shown === link) $("share-qr").replaceChildren(qrPicture(link, encode));
  } catch {
    $("share-qr").replaceChildren(); // the link alone will do
  }
}

function fill(field, text) {
  if (field.value !== text) field.value = text;
}

export function listenForSharing() {
  $("share-copy").addEventListener("click", () => copy($("share-link"), "The link is copied."));
  $("share-copy-code").addEventListener("click", () => copy($("share-code"), "The code is copied."));
}

/** Where the clipboard is out of reach, the text is marked, to be copied by hand. */
async function copy(field, said) {
  let told = said;
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.focus();
    field.select();
    told = "It could not be copied here. It is marked: copy it by hand.";
  }
  write($("share-said"), told);
  say(told);
}
