// Prints codes: one card per voter, with a QR code of the voter's link.

import { $ } from "../dom.js";
import { linkFor } from "../logic/code.js";
import { phrase } from "../logic/i18n.js";
import { qrPicture } from "../qr.js";

const ON_A_PAGE = 12; // of A4 and of Letter alike

/**
 * Fill the print area with cards, print it, and empty it again: the codes are kept on paper only.
 * @param {string} origin
 * @param {string} pollId
 * @param {string} question
 * @param {string[]} codes
 */
export async function printCards(origin, pollId, question, codes) {
  const { encode } = /** @type {typeof import("uqr")} */ (await import("../vendor/uqr.js"));
  const sheet = $("sheet");
  const { host } = new URL(origin);
  for (let start = 0; start < codes.length; start += ON_A_PAGE) {
    const page = Object.assign(document.createElement("div"), { className: "page" });
    for (const code of codes.slice(start, start + ON_A_PAGE)) {
      page.append(card(qrPicture(linkFor(origin, pollId, code), encode), question, code, host));
    }
    sheet.append(page);
    await new Promise((resolve) => setTimeout(resolve)); // keeps the page responsive: thousands of cards take seconds
  }
  addEventListener("afterprint", () => sheet.replaceChildren(), { once: true });
  print();
}

/** @param {SVGElement} qr @param {string} question @param {string} code @param {string} host */
function card(qr, question, code, host) {
  const parts = [
    ["p", "card-question", question],
    ["p", "card-code", code],
    ["p", "card-how", phrase("single.card", { host })],
  ].map(([name, style, text]) => Object.assign(document.createElement(name), { className: style, textContent: text }));
  parts[0].dir = "auto";
  parts[1].translate = false;
  const whole = Object.assign(document.createElement("section"), { className: "card" });
  whole.append(qr, ...parts);
  return whole;
}
