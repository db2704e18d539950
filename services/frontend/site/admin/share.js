// Shares the selected poll: its link, also as a QR code, and the HTML that embeds it.
import { html } from "../html.js";
import { activePoll } from "../logic/admin.js";
import { phrase } from "../logic/i18n.js";
import { embedCodeOf, linkHint, linkOf } from "../logic/share.js";
import { Button, Hint, QrCode } from "../organisers/parts.js";
import { saveFile } from "../organisers/save-file.js";
import { say, update } from "./store.js";

/** @import { PollView } from "page-state" */

/** @param {PollView} view */
export function SharePanel({ state, poll, lifecycle, now }) {
  if (lifecycle === "archived") return null;
  const link = linkOf(location.origin, poll.poll_id);
  const origins = poll.embed_origins ?? [];
  return html`<section class="share" id="share" aria-labelledby="share-title">
    <${QrCode} text=${link} class="share-qr" id="share-qr" role="img" aria-label=${phrase("sharing.qr")} />
    <div class="share-link">
      <h2 id="share-title">${phrase("sharing.title")}</h2>
      <${Hint} id="share-hint" text=${linkHint(lifecycle)} />
      <label for="share-link">${phrase("sharing.link")}</label>
      <div class="copied">
        <input id="share-link" readonly value=${link} />
        <${Button} look="small" id="share-copy" label=${phrase("sharing.copy")} onPress=${() => copy("share-link", "sharing.link_copied")} />
        <${Button} look="small" id="share-save-qr" label=${phrase("sharing.save_qr")} onPress=${saveQrCode} />
        ${lifecycle !== "draft" && html`<a class="button small" id="voter-link" href=${poll === activePoll(state, now) ? "/" : `/?poll=${poll.poll_id}`} target="_blank" rel="noopener">${phrase("sharing.voter_page")}</a>`}
      </div>
    </div>
    ${
      origins.length > 0 &&
      html`<div class="share-embed" id="share-embed">
        <label for="share-code">${phrase("sharing.embed")}</label>
        <textarea id="share-code" rows="4" readonly aria-describedby="share-sites" value=${embedCodeOf(location.origin, poll)} />
        <${Hint} id="share-sites" text=${phrase("sharing.sites", { sites: origins.join(", ") })} />
        <${Button} look="small" id="share-copy-code" label=${phrase("sharing.copy_code")} onPress=${() => copy("share-code", "sharing.code_copied")} />
      </div>`
    }
    <${Hint} id="share-said" text=${state.sharing.said} />
  </section>`;
}

/** Save the QR code as SVG, on white: it is printed at any size. */
function saveQrCode() {
  const picture = /** @type {SVGElement|undefined} */ (document.querySelector("#share-qr svg")?.cloneNode(true));
  if (!picture) return;
  const [, , side] = (picture.getAttribute("viewBox") ?? "").split(" ");
  const white = document.createElementNS("http://www.w3.org/2000/svg", "path");
  white.setAttribute("fill", "#fff");
  white.setAttribute("d", `M0 0h${side}v${side}H0z`);
  picture.prepend(white);
  saveFile(new Blob([new XMLSerializer().serializeToString(picture)], { type: "image/svg+xml" }), "qr-code.svg");
}

/** Copy the text of a field; without access to the clipboard, select it for copying by hand. @param {string} id @param {string} done */
async function copy(id, done) {
  const field = /** @type {HTMLInputElement} */ (document.getElementById(id));
  let said = phrase(done);
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.focus();
    field.select();
    said = phrase("sharing.marked");
  }
  update("sharing", { said });
  say(said);
}
