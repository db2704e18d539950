// The presenter's screen as components. Hidden counts are not in the page.
import { entitle } from "../dom.js";
import { html, useElement, useLayoutEffect } from "../html.js";
import { phrase } from "../logic/i18n.js";
import { Alert, Button } from "../organisers/parts.js";
import { switchLanguage } from "../start-language.js";
import { Controls } from "./controls.js";
import { Dialogs } from "./dialogs.js";
import { keepFitting } from "./fit-text.js";
import { Head } from "./head.js";
import { Join } from "./join.js";
import { Poll } from "./poll.js";
import { drawSoon, phase, warn } from "./store.js";

/** @import { PresenterState } from "page-state" */

/** @param {{state: PresenterState}} props */
export function App({ state }) {
  const { poll, session, large, alert, said } = state;
  const current = phase();
  const presenter = useElement(keepFitting, []);
  useLayoutEffect(() => {
    Object.assign(document.body.dataset, { session, phase: current, large: String(large) });
    entitle(phrase("present.title", { question: poll?.question ?? "This or That" }));
  });
  const language = poll?.presenter_language ?? null;
  useLayoutEffect(() => switchLanguage(language, drawSoon), [language]);
  return html`
      <${Head} state=${state} />
      <main class="presenter" id="presenter" ref=${presenter}>
        <${Waiting} state=${state} />
        <${Poll} state=${state} phase=${current} />
        <${Join} poll=${poll} phase=${current} />
      </main>
      ${
        alert &&
        html`<${Alert} id="alert" look="notice trouble" ...${alert}>
          <${Button} label=${phrase("present.ok")} onPress=${() => warn(null)} />
        <//>`
      }
      <${Controls} state=${state} phase=${current} />
      <${Dialogs} state=${state} phase=${current} />
      <p class="unseen" id="said" role="status">${said}</p>
  `;
}

/** @param {{state: PresenterState}} props */
function Waiting({ state: { poll, trouble } }) {
  return html`
    <section class="waiting" id="waiting" aria-labelledby="waiting-title" hidden=${poll !== null}>
      <span class="pair" aria-hidden="true"></span>
      <h1 id="waiting-title">${trouble?.title ?? phrase("present.next")}</h1>
      <p>${trouble?.detail}</p>
      <a class="button" id="waiting-way" href="/present/" hidden=${!trouble?.unknown}>${phrase("present.show_open")}</a>
    </section>
  `;
}
