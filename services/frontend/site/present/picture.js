// Pictures to take along: the final result for slides and posts, 1200 by 630, and the QR code. Drawn in a canvas.
import { phrase } from "../logic/i18n.js";
import { alertOf, countsShown } from "../logic/present.js";
import { fileNameOf, linesIn, resultLines } from "../logic/result-picture.js";
import { saveFile } from "../organisers/save-file.js";
import { encode } from "../vendor/uqr.js";
import { linkOf } from "./join.js";
import { at, phase, read, say, warn } from "./store.js";

const [WIDTH, HEIGHT, EDGE] = [1200, 630, 64];
const [CODE_SIZE, CODE_QUIET] = [1024, 4];

/** @param {number} width @param {number} height @param {(context: CanvasRenderingContext2D) => void} draw @returns {Promise<Blob>} */
async function drawn(width, height, draw) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  draw(/** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")));
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"),
  );
}

/** Return the picture of the result that is shown, or null. */
async function resultPicture() {
  const state = read();
  if (!state.poll || phase() !== "closed" || !countsShown(state, at())) {
    warn(alertOf("present.no_picture", "present.no_picture_detail"));
    return null;
  }
  const lines = resultLines(state.poll, state.results);
  return drawn(WIDTH, HEIGHT, (context) => {
    const style = getComputedStyle(document.documentElement);
    /** @param {string} name */
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const font = (/** @type {number} */ size, weight = 800) =>
      `${weight} ${size}px ${style.getPropertyValue("--display")}`;
    const rtl = document.documentElement.dir === "rtl";
    const [start, end] = rtl ? [WIDTH - EDGE, EDGE] : [EDGE, WIDTH - EDGE];
    /** @param {string} text @param {number} size */
    const measure = (text, size) => {
      context.font = font(size);
      return context.measureText(text).width;
    };
    /**
     * Write a text into a box whose last line is at `y`.
     * @param {string} text @param {number} x @param {number} y @param {string} ink @param {CanvasTextAlign} align
     * @param {{size: number, height: number, width?: number}} box
     */
    const write = (text, x, y, ink, align, { width = WIDTH - 2 * EDGE, ...box }) => {
      const { size, leading, lines } = linesIn(text, { width, ...box }, measure);
      context.font = font(size);
      context.fillStyle = ink;
      context.textAlign = align;
      context.direction = rtl ? "rtl" : "ltr";
      for (const [index, line] of lines.entries())
        context.fillText(`\u2068${line}\u2069`, x, y - (lines.length - 1 - index) * leading, width);
    };
    context.fillStyle = colour("paper");
    context.fillRect(0, 0, WIDTH, HEIGHT);
    write(lines.question, start, 116, colour("ink"), "start", { size: 44, height: 100 });
    write(lines.headline, start, 204, colour("ink"), "start", { size: 64, height: 76 });
    lines.options.forEach(({ choice, label, share, percent, votes }, index) => {
      const y = 290 + index * 136;
      write(label, start, y, colour("ink"), "start", { size: 40, width: 640, height: 60 });
      write(`${percent} · ${votes}`, end, y, colour("ink"), "end", { size: 40, width: 400, height: 46 });
      const [full, length] = [WIDTH - 2 * EDGE, (WIDTH - 2 * EDGE) * share];
      for (const [width, fill] of /** @type {const} */ ([
        [full, `${choice}-tint`],
        [length, choice],
      ])) {
        context.fillStyle = colour(fill);
        context.beginPath();
        context.roundRect(rtl ? start - width : start, y + 18, width, 52, 16);
        context.fill();
      }
    });
    write(`${lines.total} · ${location.host}`, start, HEIGHT - 36, colour("muted"), "start", { size: 26, height: 30 });
  });
}

/** Save the result as a picture. */
export async function savePicture() {
  const blob = await resultPicture();
  if (!blob) return;
  saveFile(blob, fileNameOf(read().poll?.question ?? "", "png"));
  say(phrase("present.picture_saved"));
}

/** Copy the result as a picture, for a slide. */
export async function copyPicture() {
  const blob = await resultPicture();
  if (!blob) return;
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
    say(phrase("present.picture_copied"));
  } catch {
    warn(alertOf("present.not_copied", "present.not_copied_detail"));
  }
}

/** Save the QR code as a picture, black on white with its margin. */
export async function saveCode() {
  const { size, data } = encode(linkOf(read().poll, phase()), { ecc: "M", border: CODE_QUIET });
  const module = Math.floor(CODE_SIZE / size); // whole pixels: modules of one size
  const blob = await drawn(module * size, module * size, (context) => {
    context.fillStyle = "white";
    context.fillRect(0, 0, module * size, module * size);
    context.fillStyle = "black";
    for (const [y, row] of data.entries())
      for (const [x, dark] of row.entries()) if (dark) context.fillRect(x * module, y * module, module, module);
  });
  saveFile(blob, `qr-${location.hostname}.png`);
  say(phrase("present.code_saved"));
}
