// The voter's page as it will be, while it is written: its own style sheets on the same markup, apart from this page's.
import { $, write } from "./dom.js";

const EMPTY = { question: "Your question", a: "This", b: "That" };
let page = null;

function attach() {
  const root = $("preview").attachShadow({ mode: "open" });
  root.append($("preview-page").content.cloneNode(true));
  return {
    question: root.querySelector(".question"),
    a: root.querySelector('[data-choice="a"]'),
    b: root.querySelector('[data-choice="b"]'),
  };
}

/** @param {{question: string, a: string, b: string, image_a: string, image_b: string}} form */
export function drawPreview(form) {
  page ??= attach();
  write(page.question, form.question.trim() || EMPTY.question);
  for (const choice of ["a", "b"]) {
    const text = form[choice].trim() || EMPTY[choice];
    write(page[choice].querySelector(".label"), text);
    picture(page[choice], form[`image_${choice}`]);
    page[choice].dataset.length = text.length <= 12 ? "short" : text.length <= 28 ? "medium" : "long";
  }
}

function picture(option, path) {
  if ((option.dataset.picture ?? "") === path) return;
  option.querySelector("img")?.remove();
  if (!path) return delete option.dataset.picture;
  option.dataset.picture = path;
  option
    .querySelector(".fill")
    .after(Object.assign(document.createElement("img"), { className: "picture", alt: "", src: path }));
}
