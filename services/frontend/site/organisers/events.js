// Listeners of components.
import { fieldOf } from "../dom.js";

/** Return a listener that gets the field that an event comes from. @param {(field: HTMLInputElement) => unknown} work */
export const withField = (work) => (/** @type {Event} */ event) => work(fieldOf(event));

/** Return a listener that acts in place of the browser. @param {(event: Event) => unknown} work */
export const insteadOfDefault = (work) => (/** @type {Event} */ event) => {
  event.preventDefault();
  return work(event);
};
