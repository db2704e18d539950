// Prints codes: one card per voter, with a QR code of the voter's link.
import { $ } from "../dom.js";
import { html, render } from "../html.js";
import { linkFor } from "../logic/code.js";
import { phrase } from "../logic/i18n.js";
import { QrCode } from "../organisers/parts.js";

const ON_A_PAGE = 12; // of A4 and of Letter alike

/**
 * Fill the print area with cards, print it, and empty it again: the codes are kept on paper only.
 * @param {string} origin
 * @param {string} pollId
 * @param {string} question
 * @param {string[]} codes
 */
export async function printCards(origin, pollId, question, codes) {
  const sheet = $("sheet");
  const how = phrase("single.card", { host: new URL(origin).host });
  for (let start = 0; start < codes.length; start += ON_A_PAGE) {
    const page = Object.assign(document.createElement("div"), { className: "page" });
    const cards = codes.slice(start, start + ON_A_PAGE).map(
      (code) => html`<section class="card" key=${code}>
        <${QrCode} text=${linkFor(origin, pollId, code)} />
        <p class="card-question" dir="auto">${question}</p>
        <p class="card-code" translate="no">${code}</p>
        <p class="card-how">${how}</p>
      </section>`,
    );
    render(cards, page);
    sheet.append(page);
    await new Promise((resolve) => setTimeout(resolve)); // keeps the page responsive: thousands of cards take seconds
  }
  addEventListener("afterprint", () => sheet.replaceChildren(), { once: true });
  print();
}
