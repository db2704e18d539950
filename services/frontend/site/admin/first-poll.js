// The place of the selected poll before there is one: a way to begin, with examples.
import { html } from "../html.js";
import { phrase } from "../logic/i18n.js";
import { Button } from "../organisers/parts.js";
import { fillIn } from "./editor.js";
import { focusOn } from "./store.js";

const EXAMPLES = /** @type {const} */ ([
  ["start.drink", "start.tea", "start.coffee"],
  ["start.agree", "start.yes", "start.no"],
]);

export function Start() {
  return html`<div id="details-empty" class="empty">
    <span class="pair" aria-hidden="true" />
    <h1>${phrase("start.title")}</h1>
    <p>${phrase("start.detail")}</p>
    <${Button} look="primary" id="first" data-needs="polls.edit" label=${phrase("start.write")} onPress=${() => focusOn("f-question")} />
    <p class="hint" data-needs="polls.edit">${phrase("start.example")}</p>
    <div class="actions" data-needs="polls.edit">
      ${EXAMPLES.map(
        ([question, a, b]) => html`<${Button} key=${question} look="small" label=${phrase(question)}
          onPress=${() => fillIn({ question: phrase(question), a: phrase(a), b: phrase(b) })} />`,
      )}
    </div>
  </div>`;
}
