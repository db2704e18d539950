// The preview of the voter's page in the editor: the same markup with its own style sheets, isolated in a shadow root.
import { html, render, useElement } from "../html.js";
import { phrase } from "../logic/i18n.js";
import { CHOICES, Picture } from "../organisers/parts.js";

/** @import { Choice } from "contracts" */
/** @import { Form } from "page-state" */

const EMPTY = { a: "form.option_a", b: "form.option_b" };

/** @param {{form: Form}} props */
export function Preview({ form }) {
  const place = useElement((box) =>
    render(html`<${Page} form=${form} />`, box.shadowRoot ?? box.attachShadow({ mode: "open" })),
  );
  return html`<div class="preview-page" id="preview" inert ref=${place} />`;
}

/** @param {{form: Form}} props */
const Page = ({ form }) => [
  html`<link rel="stylesheet" href="/style.css" />`,
  html`<link rel="stylesheet" href="/voter/voter.css" />`,
  html`<div class="screen poll" data-phase="open">
    <h1 class="question" dir="auto">${form.question.trim() || phrase("form.your_question")}</h1>
    <div class="options">
      ${CHOICES.map((choice) => [choice === "b" && html`<span class="or">${phrase("vote.or")}</span>`, html`<${Option} choice=${choice} form=${form} />`])}
    </div>
  </div>`,
];

/** @param {{choice: Choice, form: Form}} props */
function Option({ choice, form }) {
  const text = form[choice].trim() || phrase(EMPTY[choice]);
  const path = form[`image_${choice}`];
  const length = text.length <= 12 ? "short" : text.length <= 28 ? "medium" : "long";
  return html`<div class="option" data-choice=${choice} data-length=${length} data-picture=${path || undefined}>
    <span class="fill" />${path && html`<${Picture} key=${path} path=${path} />`}<span class="shape" />
    <span class="label" dir="auto">${text}</span><span class="figures" /><span class="mark" />
  </div>`;
}
