// Components: Preact, with markup in template literals that htm reads. Modules run unbundled, so there is no JSX; the policy
// `require-trusted-types-for` blocks strings of HTML, so there are none.
import htm from "./vendor/htm.js";
import * as core from "./vendor/preact.js";
import * as hooks from "./vendor/preact-hooks.js";

/** @import { VNode } from "preact" */

const { h, render } = /** @type {typeof import("preact")} */ (/** @type {unknown} */ (core));
const { useEffect, useLayoutEffect, useRef, useState } = /** @type {typeof import("preact/hooks")} */ (
  /** @type {unknown} */ (hooks)
);

export { render, useEffect, useLayoutEffect, useRef, useState };

/** @param {unknown} child */
const isText = (child) => typeof child === "string" || typeof child === "number";
/** @param {unknown} child */
const isNothing = (child) => child === null || child === undefined || child === "" || typeof child === "boolean";

/**
 * Return an element. If it has only text in it, that is its property `textContent`: a browser's translator replaces text
 * nodes, and an update of a replaced node would not be seen. Text that changes therefore has an element of its own.
 * @param {any} type
 * @param {Record<string, unknown>|null} props
 * @param {...unknown} children
 */
function element(type, props, ...children) {
  const texts = children.filter(isText);
  const plain = typeof type === "string" && texts.length > 0 && children.every((one) => isText(one) || isNothing(one));
  if (plain) return h(type, { ...props, textContent: texts.join("") });
  return h(type, props, ...children.map((one) => /** @type {any} */ (isNothing(one) ? null : one)));
}

/**
 * Return the element of a template with one root, such as html`<p class=${style}>${text}</p>`.
 * @type {(parts: TemplateStringsArray, ...values: unknown[]) => VNode<any>}
 */
export const html = /** @type {any} */ (htm.bind(element));

/**
 * Return the `ref` of an element. `effect` is called with the element after each drawing in which an input has changed;
 * without inputs after each. The function that it returns ends the effect.
 * @template {Element} [Kind=HTMLElement]
 * @param {(element: Kind) => void|(() => void)} effect
 * @param {unknown[]} [inputs]
 */
export function useElement(effect, inputs) {
  const place = useRef(/** @type {Kind|null} */ (null));
  useLayoutEffect(() => (place.current ? effect(place.current) : undefined), inputs);
  return place;
}
