// The shown poll: question, winner, bars and the line under them.
import { html } from "../html.js";
import { phrase, questionOf } from "../logic/i18n.js";
import { countsShown, headlineOf, outcome, turnOf } from "../logic/present.js";
import { Bar, CHOICES } from "../organisers/parts.js";
import { at } from "./store.js";

/** @import { Choice } from "contracts" */
/** @import { Phase, PresenterState } from "page-state" */

/** @param {{state: PresenterState, phase: Phase|"none"}} props */
export function Poll({ state, phase }) {
  const { poll } = state;
  if (!poll) return null;
  const early = phase === "draft" || phase === "soon";
  const results = countsShown(state, at()) && !early ? state.results : null;
  const best = outcome(state, at());
  const headline = headlineOf(state, at());
  const { text, counting, urgent } = turnOf(state, at());
  return html`
    <section
      class="poll" id="poll" aria-labelledby="question"
      data-shown=${String(results !== null)} data-final=${String(best !== null)} data-length=${lengthOf(poll.question, LONG)}
    >
      <h1 class="question" id="question" dir="auto">${questionOf(poll)}</h1>
      <p class="winner" id="winner" data-choice=${best ?? ""} hidden=${headline === ""}>${headline}</p>
      <p class="veil" id="veil" hidden=${results !== null || early}>${phrase("present.hidden")}</p>
      <ul class="bars" id="bars">
        ${CHOICES.map(
          (choice) => html`
            <${Bar}
              key=${choice} choice=${choice} option=${poll.options[choice]} results=${results}
              data-length=${lengthOf(poll.options[choice].label, LONG_LABEL)} data-place=${placeOf(choice, best)}
            />
          `,
        )}
      </ul>
      <p class="turn"><span id="turn" data-counting=${String(counting)} data-urgent=${String(urgent)}>${text}</span></p>
    </section>
  `;
}

/** The most characters of a short and of a medium text. @type {[number, number]} */
const LONG = [40, 90];
/** @type {[number, number]} */
const LONG_LABEL = [14, 36];

/** @param {Choice} choice @param {ReturnType<typeof outcome>} best */
const placeOf = (choice, best) => (best === choice ? "most" : best === "a" || best === "b" ? "other" : "");
/** @param {string} text @param {[number, number]} limits */
const lengthOf = ({ length }, [short, medium]) => (length <= short ? "short" : length <= medium ? "medium" : "long");
