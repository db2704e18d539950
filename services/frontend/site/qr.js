// Draws a QR code as an SVG picture: dark modules on a transparent background.
import { encode } from "./vendor/uqr.js";

const SVG = "http://www.w3.org/2000/svg";
const QUIET = 4; // modules of white around a QR code, as its standard asks

/**
 * Return the picture of a QR code.
 * @param {string} text
 */
export function qrPicture(text) {
  const { size, data } = encode(text, { ecc: "M", border: QUIET });
  const image = document.createElementNS(SVG, "svg");
  const dark = document.createElementNS(SVG, "path");
  image.setAttribute("viewBox", `0 0 ${size} ${size}`);
  image.setAttribute("shape-rendering", "crispEdges");
  dark.setAttribute("d", data.flatMap(rowOf).join(""));
  image.append(dark);
  return image;
}

/**
 * Return the strokes of one row: one per run of dark modules.
 * @param {boolean[]} row
 * @param {number} y
 */
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
