// The shown poll: question, winner, bars and the line under them.
import { moveFigure } from "../animated-number.js";
import { html, useLayoutEffect, useRef } from "../html.js";
import { percent, phrase, questionOf, votes } from "../logic/i18n.js";
import { countsShown, headlineOf, outcome, turnOf } from "../logic/present.js";
import { percents, shares } from "../logic/results.js";
import { at } from "./store.js";

/** @import { Choice, Option } from "contracts" */
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
  const [share, whole] = results ? [shares(results.counts), percents(results.counts)] : [null, null];
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
              key=${choice} choice=${choice} option=${poll.options[choice]} share=${share?.[choice] ?? 0}
              percent=${whole?.[choice] ?? null} count=${results?.counts[choice] ?? null}
              place=${placeOf(choice, best)}
            />
          `,
        )}
      </ul>
      <p class="turn"><span id="turn" data-counting=${String(counting)} data-urgent=${String(urgent)}>${text}</span></p>
    </section>
  `;
}

const CHOICES = /** @type {const} */ (["a", "b"]);
/** The most characters of a short and of a medium text. @type {[number, number]} */
const LONG = [40, 90];
/** @type {[number, number]} */
const LONG_LABEL = [14, 36];

/** @param {Choice} choice @param {ReturnType<typeof outcome>} best */
const placeOf = (choice, best) => (best === choice ? "most" : best === "a" || best === "b" ? "other" : "");
/** @param {string} text @param {[number, number]} limits */
const lengthOf = ({ length }, [short, medium]) => (length <= short ? "short" : length <= medium ? "medium" : "long");

/**
 * @param {{choice: Choice, option: Option, share: number, percent: number|null, count: number|null, place: string}} props
 */
function Bar({ choice, option: { label, image }, share, percent: whole, count, place }) {
  return html`
    <li
      class="bar" data-choice=${choice} data-place=${place} data-length=${lengthOf(label, LONG_LABEL)}
      data-picture=${image ?? null} style=${{ "--share": share }}
    >
      <span class="name"><span class="shape" aria-hidden="true"></span><span class="label" dir="auto">${label}</span></span>
      <span class="figures">
        <${Figure} as="b" name="percent" value=${whole} format=${percent} />
        <${Figure} as="span" name="count" value=${count} format=${votes} />
      </span>
      <span class="track" aria-hidden="true"><span class="fill"></span></span>
      ${image && html`<img key=${image} class="picture" src=${image} alt="" decoding="async" onError=${withdraw} />`}
    </li>
  `;
}

/** Hide a picture that cannot be loaded: the shape is shown in any case. @param {{currentTarget: HTMLElement}} event */
const withdraw = ({ currentTarget }) => currentTarget.remove();

/**
 * A number that moves to its next value. Its text is written by the animation alone.
 * @param {{as: string, name: string, value: number|null, format: (value: number) => string}} props
 */
function Figure({ as, name, value, format }) {
  const element = /** @type {{current: Element|null}} */ (useRef(null));
  useLayoutEffect(() => {
    if (element.current) moveFigure(element.current, value, format);
  });
  return html`<${as} class=${name} ref=${element} />`;
}
