// Sheets of codes for the printer: one card per voter, with a QR code that carries the voter's link.
import { linkFor } from "../logic/code.js";
import { $ } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const QUIET = 4; // modules of white around a QR code, as its standard asks
const ON_A_PAGE = 12; // of A4 and of Letter alike

/** Fill the sheet, print it, and empty it again: paper is the only copy. */
export async function printSheets(origin, pollId, question, codes) {
  const { encode } = await import("../vendor/uqr.js");
  const sheet = $("sheet");
  const { host } = new URL(origin);
  for (let start = 0; start < codes.length; start += ON_A_PAGE) {
    const page = Object.assign(document.createElement("div"), { className: "page" });
    for (const code of codes.slice(start, start + ON_A_PAGE)) {
      page.append(card(encode(linkFor(origin, pollId, code), { ecc: "M", border: QUIET }), question, code, host));
    }
    sheet.append(page);
    await new Promise((resolve) => setTimeout(resolve)); // thousands take seconds: the page stays alive
  }
  addEventListener("afterprint", () => sheet.replaceChildren(), { once: true });
  print();
}

function card(qr, question, code, host) {
  const parts = [
    ["p", "card-question", question],
    ["p", "card-code", code],
    ["p", "card-how", `Scan, or type the code at ${host}. It is good for one vote.`],
  ].map(([name, style, text]) => Object.assign(document.createElement(name), { className: style, textContent: text }));
  parts[0].dir = "auto";
  const whole = Object.assign(document.createElement("section"), { className: "card" });
  whole.append(picture(qr), ...parts);
  return whole;
}

/** @param {{size: number, data: boolean[][]}} qr */
function picture({ size, data }) {
  const [image, dark] = [document.createElementNS(SVG, "svg"), document.createElementNS(SVG, "path")];
  image.setAttribute("viewBox", `0 0 ${size} ${size}`);
  image.setAttribute("shape-rendering", "crispEdges");
  dark.setAttribute("d", data.flatMap(rowOf).join(""));
  image.append(dark);
  return image;
}

/** One stroke per run of dark modules. */
function rowOf(row, y) {
  const strokes = [];
  for (let x = 0; x < row.length; x += 1) {
    if (!row[x]) continue;
    const start = x;
    while (row[x + 1]) x += 1;
    strokes.push(`M${start} ${y}h${x - start + 1}v1h-${x - start + 1}z`);
  }
  return strokes;
}
