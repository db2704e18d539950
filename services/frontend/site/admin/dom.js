// Reads and writes the dashboard's page. Text only, never markup.
import * as dom from "../dom.js";

export { $, copyOf, describe, fieldOf, find, targetOf, write } from "../dom.js";

/**
 * Show or hide an element. If it has the focus, the heading of the poll gets it.
 * @param {HTMLElement} element
 * @param {boolean} visible
 */
export function show(element, visible) {
  const within = !visible && element.contains(document.activeElement);
  if (dom.show(element, visible) && within) dom.$("poll-details-question").focus();
}

/** Announce a text to screen readers. @param {string} text */
export const say = (text) => dom.write(dom.$("said"), text);
