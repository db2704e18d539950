// Names with what they are, as a list of terms: items are kept and only filled anew.
import { write } from "./dom.js";

/**
 * @param {HTMLDListElement} list
 * @param {{name: string, text: string}[]} figures
 */
export function drawFigures(list, figures) {
  while (list.children.length > 2 * figures.length) list.lastElementChild.remove();
  while (list.children.length < 2 * figures.length) {
    list.append(document.createElement("dt"), document.createElement("dd"));
  }
  figures.forEach(({ name, text }, position) => {
    write(list.children[2 * position], name);
    write(list.children[2 * position + 1], text);
  });
}
