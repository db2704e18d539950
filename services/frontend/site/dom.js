// Writes to a page. The written texts are stored here and never read back from the page: a translator or an extension may
// have changed them there, and a page that compared would write against it in an endless loop.

/** @import { Elements } from "elements" */

/** @type {WeakMap<Element, string>} */
const texts = new WeakMap();
/** @type {WeakMap<Element, Record<string, string>>} */
const attributes = new WeakMap();
/** @type {WeakMap<Element, boolean>} */
const hidden = new WeakMap();
/** @type {string|null} */
let title = null;

/**
 * Return the element with an id; its class is the one that the markup of the pages gives it.
 * @template {keyof Elements} Id
 * @param {Id} id
 * @returns {Elements[Id]}
 */
export const $ = (id) => /** @type {Elements[Id]} */ (document.getElementById(id));

/**
 * Return the first element within `parent` that a selector matches; the markup of the pages has it.
 * @template {HTMLElement} [Found=HTMLElement]
 * @param {ParentNode} parent
 * @param {string} selector
 */
export const find = (parent, selector) => /** @type {Found} */ (parent.querySelector(selector));

/**
 * Return the form field that an event comes from.
 * @param {Event} event
 */
export const fieldOf = (event) => /** @type {HTMLInputElement} */ (event.target);

/**
 * Set the text of an element. A text that has not changed is not written, so that a screen reader does not repeat it.
 * Text only, never markup.
 * @param {Element} element
 * @param {string} text
 */
export function write(element, text) {
  if (texts.get(element) === text) return;
  texts.set(element, text);
  element.textContent = text;
}

/**
 * Set an attribute that screen readers announce or that is translated, unless it has not changed.
 * @param {Element} element
 * @param {string} name
 * @param {string} text
 */
export function describe(element, name, text) {
  const known = attributes.get(element) ?? {};
  if (known[name] === text) return;
  attributes.set(element, { ...known, [name]: text });
  element.setAttribute(name, text);
}

/**
 * Show or hide an element.
 * @param {HTMLElement} element
 * @param {boolean} visible
 */
export function show(element, visible) {
  if (hidden.get(element) === !visible) return;
  hidden.set(element, !visible);
  element.hidden = !visible;
}

/**
 * Draw the picture of an option into its box, after the element `before`. The layout reserves its place by `data-picture`;
 * it has no text of its own, as the label names the option.
 * @param {HTMLElement} box
 * @param {Element} before
 * @param {string|null|undefined} path
 */
export function drawPicture(box, before, path) {
  if ((box.dataset.picture ?? null) === (path ?? null)) return;
  box.querySelector("img")?.remove();
  delete box.dataset.picture;
  if (!path) return;
  box.dataset.picture = path;
  const picture = Object.assign(document.createElement("img"), { className: "picture", alt: "", decoding: "async" });
  picture.addEventListener("error", () => picture.remove()); // the shape is shown in any case
  picture.src = path;
  before.after(picture);
}

/** Set the title of the page. @param {string} text */
export function entitle(text) {
  if (title === text) return;
  title = text;
  document.title = text;
}
