// The texts of the picture of a result. No I/O, no clock, no DOM.
import { percent, phrase, votes } from "./i18n.js";
import { leader, percents, shares } from "./results.js";

/** @import { AnyPoll, ResultsUpdate } from "page-state" */

const LONGEST_NAME = 60;

/** @param {AnyPoll} poll @param {ResultsUpdate} results */
export function resultLines({ question, options }, { counts, total }) {
  const best = leader(counts);
  const [share, whole] = [shares(counts), percents(counts)];
  const names = { tie: phrase("present.tie"), nobody: phrase("nobody.title") };
  return {
    question,
    headline:
      best === "tie" || best === "nobody"
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
 * Return a file name for a question: its letters and digits of any script.
 * @param {string} question
 * @param {string} suffix
 */
export function fileNameOf(question, suffix) {
  const words = question.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? ["result"];
  return `${words.join("-").slice(0, LONGEST_NAME)}.${suffix}`;
}
