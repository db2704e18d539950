// Draws a definition list. Its elements are reused.
import { write } from "./dom.js";

/** @import { Figure } from "page-state" */

/** Draw the items of a list. @param {HTMLDListElement} list @param {Figure[]} figures */
export function drawFigures(list, figures) {
  while (list.children.length > 2 * figures.length) list.lastElementChild?.remove();
  while (list.children.length < 2 * figures.length) {
    list.append(document.createElement("dt"), document.createElement("dd"));
  }
  figures.forEach(({ name, text }, position) => {
    write(list.children[2 * position], name);
    write(list.children[2 * position + 1], text);
  });
}
