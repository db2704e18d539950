// The selected poll: status, question, actions, bars; then its other panels.
import { html, useElement } from "../html.js";
import { activePoll } from "../logic/admin.js";
import { number, phrase, questionOf, votes } from "../logic/i18n.js";
import { oneVotePer } from "../logic/policy-text.js";
import { hintOf, isEarly, lifecycleOf, statusText, whenOf } from "../logic/poll-status.js";
import { effectText } from "../logic/position-effect.js";
import { Bar, CHOICES, Hint } from "../organisers/parts.js";
import { ActionRow, Notices } from "./action-row.js";
import { CodesPanel } from "./codes.js";
import { ExportsPanel } from "./exports.js";
import { Start } from "./first-poll.js";
import { Integrity } from "./integrity.js";
import { LiveStats } from "./live-stats.js";
import { nextOf } from "./next.js";
import { Repeats } from "./repeats.js";
import { SharePanel } from "./share.js";

/** @import { Options, Poll } from "contracts" */
/** @import { AdminState, Lifecycle, PollView, ResultsUpdate } from "page-state" */

/** @param {{state: AdminState, poll: Poll|null, at: number, now: number}} props `at`: server time, `now`: device time, in ms */
export function PollDetails({ state, poll, at, now }) {
  const place = useElement((details) => {
    const sized = new ResizeObserver(() => details.style.setProperty("--height", `${details.offsetHeight}px`));
    sized.observe(details);
    return () => sized.disconnect();
  }, []);
  const lifecycle = poll ? lifecycleOf(poll, at) : undefined;
  return html`<section class="poll-details" id="poll-details" ref=${place} data-phase=${lifecycle} aria-label=${phrase("detail.chosen")}>
    ${poll && lifecycle ? html`<${Whole} ...${{ state, poll, lifecycle, at, now }} />` : state.listed && html`<${Start} />`}
  </section>`;
}

/** @param {PollView} view */
function Whole(view) {
  const { state, poll, lifecycle, at, now } = view;
  const results = state.results[poll.poll_id] ?? null;
  const { offered, next } = nextOf(state, poll, lifecycle);
  const following = offered || next?.poll_id === poll.poll_id;
  return html`<div id="details-poll">
    <p class="details-meta">
      <span class="chip" id="details-status">${statusText(lifecycle)}</span>
      <span id="details-when">${whenOf(poll, lifecycle, at, now)}</span>
      <span id="details-policy">${phrase("detail.policy", { identity: oneVotePer(poll.policy) })}</span>
    </p>
    <h1 id="details-question" dir="auto" tabindex="-1">${questionOf(poll)}</h1>
    <${ActionRow} ...${view} />
    <${Notices} ...${view} />
    <ul class="bars" id="bars">
      ${CHOICES.map((choice) => html`<${Bar} key=${poll.poll_id + choice} choice=${choice} option=${poll.options[choice]} results=${results} data-length=${lengthOf(poll.options)} />`)}
    </ul>
    <p class="total" id="details-total">${totalOf(results, lifecycle, state.audience)}</p>
    <p class="total" id="details-effect">${effectText(state.effects[poll.poll_id])}</p>
    <${Hint} id="details-hint" text=${hintOf(lifecycle, activePoll(state, now))} />
    <p class="hint" id="details-next" dir="auto">${following && next ? phrase("detail.up_next", { question: next.question }) : ""}</p>
    <${LiveStats} ...${view} />
    <${SharePanel} ...${view} />
    <${CodesPanel} ...${view} />
    <${ExportsPanel} ...${view} />
    <${Repeats} ...${view} />
    <${Integrity} ...${view} />
  </div>`;
}

/** Return the size of both labels, by the longest word in them. @param {Options} options */
const lengthOf = ({ a, b }) =>
  Math.max(...`${a.label} ${b.label}`.split(/\s+/).map((word) => word.length)) <= 8 ? "short" : "long";

/** @param {ResultsUpdate|null} results @param {Lifecycle} lifecycle @param {number|null} audience */
function totalOf(results, lifecycle, audience) {
  if (lifecycle === "open" && !results?.total)
    return audience === null
      ? phrase("detail.waiting")
      : phrase("detail.waiting_watched", { audience: number(audience) });
  if (results)
    return lifecycle === "closed" && results.status !== "closed"
      ? phrase("detail.counting", { votes: votes(results.total) })
      : votes(results.total);
  return isEarly(lifecycle) ? "" : phrase("detail.no_count");
}
