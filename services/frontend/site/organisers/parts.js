// Small components of the organisers' pages.
import { moveFigure } from "../animated-number.js";
import { html, useElement, useState } from "../html.js";
import { language, percent, votes } from "../logic/i18n.js";
import { percents, shares } from "../logic/results.js";
import { liveWords } from "../logic/status-text.js";
import { qrPicture } from "../qr.js";

/** @import { Choice, Option } from "contracts" */
/** @import { Figure, LiveMode, ResultsUpdate } from "page-state" */

export const CHOICES = /** @type {Choice[]} */ (["a", "b"]);

/**
 * A button. While it is busy or blocked it keeps its place and the focus, and pressing it, or Enter in its form, does
 * nothing.
 * @param {{label: string, look?: string, type?: string, busy?: boolean, blocked?: boolean, onPress?: (event: MouseEvent) => unknown, [attribute: string]: unknown}} props
 */
export function Button({ label, look = "", type = "button", busy = false, blocked = false, onPress, ...rest }) {
  const off = Boolean(busy || blocked);
  /** @param {MouseEvent} event */
  const press = (event) => (off ? event.preventDefault() : onPress?.(event));
  return html`<button type=${type} class=${`button ${look}`} aria-disabled=${String(off)}
    aria-busy=${busy ? "true" : undefined} onClick=${press} ...${rest}>${label}</button>`;
}

/** A text that needs attention and is announced at once, with its buttons. @param {{id: string, look: string, title: string, detail: string, children?: unknown, [attribute: string]: unknown}} props */
export const Alert = ({ id, look, title, detail, children, ...rest }) =>
  html`<div class=${look} id=${id} role="alert" ...${rest}>
    <p><strong id=${`${id}-title`}>${title}</strong>${" "}<span id=${`${id}-detail`}>${detail}</span></p>
    ${children}
  </div>`;

/** The state of the live connection. @param {{mode: LiveMode}} props */
export function LiveState({ mode }) {
  const now = navigator.onLine ? mode : "offline";
  const { label, hint } = liveWords(now);
  return html`<p class="live" id="live" data-mode=${now} title=${hint}><span class="live-dot" /><span id="live-label">${label}</span></p>`;
}

/** A QR code. @param {{text: string, [attribute: string]: unknown}} props */
export function QrCode({ text, ...rest }) {
  const place = useElement((box) => box.replaceChildren(qrPicture(text)), [text]);
  return html`<div ref=${place} ...${rest} />`;
}

/** A number that moves to its next value. @param {{as?: string, look: string, value: number|null, format: (value: number) => string}} props */
function Moving({ as = "b", look, value, format }) {
  const place = useElement((element) => moveFigure(element, value, format), [value, format]);
  return html`<${as} class=${look} ref=${place} />`;
}

/** The bar of an option with its counts; without results it is empty. @param {{choice: Choice, option: Option, results: ResultsUpdate|null, [attribute: string]: unknown}} props */
export const Bar = ({ choice, option: { label, image }, results, ...rest }) =>
  html`<li class="bar" data-choice=${choice} data-picture=${image ?? undefined} style=${{ "--share": results ? shares(results.counts)[choice] : 0 }} ...${rest}>
    <span class="bar-name"><${Shape} /><span class="label" dir="auto">${label}</span></span>
    <span class="bar-figures">
      <${Moving} key=${language()} look="percent" value=${results ? percents(results.counts)[choice] : null} format=${percent} />${" "}
      <${Moving} key=${language()} as="span" look="count" value=${results?.counts[choice] ?? null} format=${votes} />
    </span>
    <span class="track" aria-hidden="true"><span class="fill" /></span>
    ${image && html`<${Picture} key=${image} path=${image} />`}
  </li>`;

/** The picture of an option; it has no text, as the label names the option. A lost one leaves its place. @param {{path: string}} props */
export function Picture({ path }) {
  const [lost, setLost] = useState(false);
  return lost ? null : html`<img class="picture" alt="" decoding="async" src=${path} onError=${() => setLost(true)} />`;
}

/** The shape of an option, which distinguishes it without colour. */
export const Shape = () => html`<span class="shape" aria-hidden="true" />`;

/** A table of names and texts. @param {{id: string, figures: Figure[]}} props */
export const Figures = ({ id, figures }) =>
  html`<dl class="figures" id=${id}>${figures.map(({ name, text }) => [html`<dt>${name}</dt>`, html`<dd>${text}</dd>`])}</dl>`;

/** A hint below a field; an odd one is a warning. @param {{id?: string, text: string, odd?: boolean}} props */
export const Hint = ({ id, text, odd = false }) =>
  html`<p class="hint" id=${id} data-warning=${String(odd)}>${text}</p>`;

/** @param {{id: string, text: string|undefined, alert?: boolean}} props */
export const ErrorText = ({ id, text = "", alert = false }) =>
  html`<p class="error" id=${id} role=${alert ? "alert" : undefined}>${text}</p>`;

/** The options of a list. @param {{entries: [value: string, label: string][]}} props */
export const Options = ({ entries }) =>
  entries.map(([value, label]) => html`<option key=${value} value=${value}>${label}</option>`);

/** A list to choose from, with a label for screen readers alone. @param {{id: string, label: string, entries: [value: string, label: string][], [attribute: string]: unknown}} props */
export const Choose = ({ id, label, entries, ...rest }) => [
  html`<label class="unseen" for=${id}>${label}</label>`,
  html`<select id=${id} ...${rest}><${Options} entries=${entries} /></select>`,
];
