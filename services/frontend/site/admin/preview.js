// The voter's page as it will be, while it is written: its own style sheets on the same markup, apart from this page's.
import { $ } from "./dom.js";

const EMPTY = { question: "Your question", a: "This", b: "That" };
let page = null;

function attach() {
  const root = $("preview").attachShadow({ mode: "open" });
  root.append($("preview-page").content.cloneNode(true));
  return { question: root.querySelector(".question"), a: root.querySelector('[data-choice="a"]'), b: root.querySelector('[data-choice="b"]') };
}

/** @param {{question: string, a: string, b: string}} form */
export function drawPreview(form) {
  page ??= attach();
  write(page.question, form.question.trim() || EMPTY.question);
  for (const choice of ["a", "b"]) {
    const text = form[choice].trim() || EMPTY[choice];
    write(page[choice].querySelector(".label"), text);
    page[choice].dataset.length = text.length <= 12 ? "short" : text.length <= 28 ? "medium" : "long";
  }
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
