// The texts of the picture of a result, and their lines. No I/O, no clock, no DOM.
import { percent, phrase, votes } from "./i18n.js";
import { leader, percents, shares } from "./results.js";

/** @import { AnyPoll, ResultsUpdate } from "page-state" */

const LONGEST_NAME = 60;
const SMALLEST = 20;
const LINE = 1.15;
const CHARACTERS = /\P{M}\p{M}*(?:\u200d\P{M}\p{M}*)*/gu; // a character with its marks, or joined emoji

/** @param {AnyPoll} poll @param {ResultsUpdate} results */
export function resultLines({ question, options }, { counts, total }) {
  const best = leader(counts);
  const [share, whole] = [shares(counts), percents(counts)];
  const names = { tie: phrase("present.tie"), none: phrase("empty.title") };
  return {
    question,
    headline:
      best === "tie" || best === "none"
        ? names[best]
        : phrase("present.wins", { option: options[best].label, share: percent(whole[best]) }),
    options: /** @type {const} */ (["a", "b"]).map((choice) => ({
      choice,
      label: options[choice].label,
      share: share[choice],
      percent: percent(whole[choice]),
      votes: votes(counts[choice]),
    })),
    total: votes(total),
  };
}

/**
 * Return the lines of a text in the largest font with which they fit into a box; long texts take more lines, and none is
 * condensed.
 * @param {string} text
 * @param {{size: number, width: number, height: number}} box `size`: the largest font, in pixels
 * @param {(text: string, size: number) => number} measure returns the width of a text
 * @returns {{size: number, leading: number, lines: string[]}} `leading`: from one line to the next
 */
export function linesIn(text, { size, width, height }, measure) {
  const lines = wrapped(text, (part) => measure(part, size) <= width);
  const leading = size * LINE;
  if (size <= SMALLEST || lines.length * leading <= height) return { size, leading, lines };
  return linesIn(text, { size: size - 1, width, height }, measure);
}

/** Break a text into lines that fit, between words where that is possible. @param {string} text @param {(part: string) => boolean} fits */
function wrapped(text, fits) {
  const lines = [""];
  for (const word of text.split(/(?<=\s)/)) {
    const parts = fits(word.trimEnd()) ? [word] : (word.match(CHARACTERS) ?? []);
    for (const part of parts) {
      const line = lines[lines.length - 1] + part;
      if (fits(line.trimEnd())) lines[lines.length - 1] = line;
      else lines.push(part);
    }
  }
  return lines.map((line) => line.trim()).filter(Boolean);
}

/**
 * Return a file name for a question: its letters and digits of any script.
 * @param {string} question
 * @param {string} suffix
 */
export function fileNameOf(question, suffix) {
  const words = question.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? ["result"];
  return `${words.join("-").slice(0, LONGEST_NAME)}.${suffix}`;
}
