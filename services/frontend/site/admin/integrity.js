// The recount and the abuse report of the selected poll. The report reads the vote log, so it is requested only on demand.
import { html } from "../html.js";
import { abuseMessage } from "../logic/abuse.js";
import { phaseOf } from "../logic/clock.js";
import { phrase } from "../logic/i18n.js";
import { isEarly } from "../logic/poll-status.js";
import { integrityFigures, isRunning, recountMessage } from "../logic/recount.js";
import { Button, Figures, Hint } from "../organisers/parts.js";
import { callSigned } from "../organisers/session.js";
import { orderRecount } from "./recount.js";
import { attempt, dispatch, read } from "./store.js";

/** @import { AbuseReport } from "contracts" */
/** @import { PollView } from "page-state" */

/** @param {PollView} view */
export function Integrity({ state, poll, lifecycle, at }) {
  if (isEarly(lifecycle)) return null;
  const recount = state.recounts[poll.poll_id];
  const report = state.abuse[poll.poll_id];
  const found = recountMessage(recount, phaseOf(poll, at), at);
  const abuse = abuseMessage(report);
  const certified = found.state === "certified" && poll.result_visibility !== "never";
  return html`<section class="integrity" id="integrity" aria-labelledby="integrity-title">
    <h2 id="integrity-title">${phrase("integrity.title")}</h2>
    <div class="verdict" id="recount" role="status" data-state=${found.state}>
      <p id="recount-title">${found.title}</p>
      <${Hint} id="recount-detail" text=${found.detail} />
    </div>
    ${found.progress !== null && html`<progress id="recount-progress" max="1" aria-labelledby="recount-title" value=${found.progress} />`}
    <${Figures} id="integrity-figures" figures=${integrityFigures(recount, report, at)} />
    <div class="verdict" id="abuse" role="status" data-tone=${abuse.tone}>
      <p id="abuse-title">${abuse.title}</p>
      <${Hint} id="abuse-detail" text=${abuse.detail} />
    </div>
    ${abuse.figures.length > 0 && html`<${Figures} id="abuse-figures" figures=${abuse.figures} />`}
    <div class="actions">
      <${Button} look="small" id="recount-again" data-needs="polls.edit" label=${phrase("integrity.recount")}
        busy=${state.busy.recount} blocked=${isRunning(recount, at)} onPress=${() => attempt("recount", orderRecount)} />
      ${certified && html`<a class="button small" id="certificate-link" href=${`/verify?poll=${poll.poll_id}`}>${phrase("integrity.certificate")}</a>`}
      <${Button} look="small" id="abuse-look" aria-describedby="abuse-title" label=${phrase(report ? "integrity.check_again" : "integrity.check")}
        busy=${state.busy.abuse} onPress=${() => attempt("abuse", fetchAbuseReport)} />
    </div>
  </section>`;
}

async function fetchAbuseReport() {
  /** @type {AbuseReport} */
  const report = await callSigned("GET", `/admin/api/polls/${read().selected}/abuse`);
  dispatch({ type: "abuse", report });
}
