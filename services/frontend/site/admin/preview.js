// The preview of the voter's page in the editor: the same markup with its own style sheets, isolated in a shadow root.
import { $, find, write } from "./dom.js";

/** @import { Form } from "page-state" */

/** @typedef {{question: HTMLElement, a: HTMLElement, b: HTMLElement}} Page */

const EMPTY = { question: "Your question", a: "This", b: "That" };
/** @type {Page|null} */
let page = null;
const CHOICES = /** @type {const} */ (["a", "b"]);

/** Attach the preview to the page. @returns {Page} */
function attach() {
  const root = $("preview").attachShadow({ mode: "open" });
  root.append($("preview-page").content.cloneNode(true));
  return {
    question: find(root, ".question"),
    a: find(root, '[data-choice="a"]'),
    b: find(root, '[data-choice="b"]'),
  };
}

/** @param {Form} form */
export function drawPreview(form) {
  page ??= attach();
  const preview = page;
  write(preview.question, form.question.trim() || EMPTY.question);
  for (const choice of CHOICES) {
    const text = form[choice].trim() || EMPTY[choice];
    write(find(preview[choice], ".label"), text);
    picture(preview[choice], form[`image_${choice}`]);
    preview[choice].dataset.length = text.length <= 12 ? "short" : text.length <= 28 ? "medium" : "long";
  }
}

/** @param {HTMLElement} option @param {string} path */
function picture(option, path) {
  if ((option.dataset.picture ?? "") === path) return;
  option.querySelector("img")?.remove();
  delete option.dataset.picture;
  if (!path) return;
  option.dataset.picture = path;
  find(option, ".fill").after(
    Object.assign(document.createElement("img"), { className: "picture", alt: "", src: path }),
  );
}
