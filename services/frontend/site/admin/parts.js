// Small components that several panels use.
import { moveFigure } from "../animated-number.js";
import { html, useLayoutEffect, useRef, useState } from "../html.js";

/** @import { Choice } from "contracts" */
/** @import { Figure } from "page-state" */

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

/** A number that moves to its next value. @param {{as?: string, look: string, value: number|null, format: (value: number) => string}} props */
export function Moving({ as = "b", look, value, format }) {
  /** @type {{current: HTMLElement|null}} */
  const place = useRef(null);
  useLayoutEffect(() => {
    if (place.current) moveFigure(place.current, value, format);
  }, [value, format]);
  return html`<${as} class=${look} ref=${place} />`;
}

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
