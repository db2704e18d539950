// Finds what the page is made of, and writes on it. Text only ever goes in as text.
import * as dom from "../dom.js";

export const { $, describe, write } = dom;

export function show(element, visible) {
  const within = !visible && element.contains(document.activeElement);
  if (dom.show(element, visible) && within) $("poll-details-question").focus(); // the focus is not lost with its element
}

/** Announce a text to screen readers. */
export const say = (text) => write($("said"), text);
