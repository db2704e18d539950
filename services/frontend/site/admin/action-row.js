// The row of actions below the question, and the outcome of an action.
import { html, useEffect, useElement, useRef } from "../html.js";
import { activePoll } from "../logic/admin.js";
import { secondsUntil } from "../logic/clock.js";
import { phrase } from "../logic/i18n.js";
import { actionsFor, primaryOf } from "../logic/poll-actions.js";
import { presenterLinkOf } from "../logic/share.js";
import { Alert, Button } from "../organisers/parts.js";
import { duplicate, edit } from "./editor.js";
import { exportTotals } from "./exports.js";
import { makeNext, nextOf, openNextPoll } from "./next.js";
import { begin, undo } from "./poll-actions.js";
import { rehearse } from "./rehearse.js";
import { dispatch } from "./store.js";

/** @import { PollView } from "page-state" */

/** The actions of the row and of its menu: the id, the step, the phrase and its attributes. */
const IN_ROW = /** @type {[id: string, step: string, name: string, attributes: Record<string, string>][]} */ ([
  ["schedule", "schedule", "act.schedule", {}],
  ["move", "move", "act.move", {}],
  ["later", "later", "act.later", { label: "act.later_long" }],
  ["much-later", "much_later", "act.much_later", { label: "act.much_later_long" }],
  ["close", "close", "act.close", { look: "danger", needs: "polls.close" }],
]);
const IN_MENU = /** @type {typeof IN_ROW} */ ([
  ["in-30", "in_30", "act.in_half_minute", {}],
  ["in-60", "in_60", "act.in_one_minute", {}],
  ["in-120", "in_120", "act.in_two_minutes", {}],
  ["in-300", "in_300", "act.in_five_minutes", {}],
  ["until", "until", "act.until", {}],
  ["endless", "endless", "act.endless", {}],
  ["take-back", "take_back", "act.take_back", {}],
]);
const OF_OWNERS = /** @type {typeof IN_ROW} */ ([
  ["archive", "archive", "act.archive", { needs: "polls.delete" }],
  ["delete", "delete", "act.delete", { look: "danger", needs: "polls.delete" }],
]);

/** @param {PollView} view */
export function ActionRow({ state, poll, lifecycle, at, now }) {
  const { busy } = state;
  const offered = actionsFor(lifecycle, poll);
  const primary = primaryOf(lifecycle);
  const over = lifecycle === "closed" || lifecycle === "archived";
  const closing = (secondsUntil(poll.closes_at, at) ?? Infinity) <= 3;
  const next = nextOf(state, poll, lifecycle);
  /** @param {string} id */
  const look = (id) => (id === primary ? "primary" : "");
  /** @param {typeof IN_ROW[number]} action */
  const step = ([id, name, words, { look = "", needs = "polls.edit", label }]) =>
    offered.includes(name) &&
    html`<${Button} key=${id} id=${id} look=${look} data-step=${name} data-needs=${needs} label=${phrase(words)}
      aria-label=${label && phrase(label)} blocked=${busy.step || (closing && name === "close")} onPress=${() => begin(name)} />`;
  return html`<div class="actions" id="steps">
    ${step(["open", "open", "act.open", { look: look("open") }])}
    ${over && html`<${Button} id="export-now" look=${look("export-now")} label=${phrase("act.export")} busy=${busy.export} onPress=${exportTotals} />`}
    <a class=${`button ${look("present-link")}`} id="present-link" href=${presenterLinkOf(poll.poll_id)} target="_blank" rel="opener">${phrase("act.present")}</a>
    ${IN_ROW.map(step)}
    ${
      next.offered &&
      html`<${Button} id="next" data-needs="polls.edit" blocked=${busy.step} onPress=${openNextPoll}
        label=${phrase(activePoll(state, now) && lifecycle === "open" ? "act.close_and_next" : "act.next")} />`
    }
    <${Button} id="edit" data-needs="polls.edit" label=${phrase("act.edit")} blocked=${busy.edit} onPress=${edit} />
    <${Menu}>
      ${IN_MENU.map(step)}
      ${lifecycle === "draft" && html`<${Button} id="rehearse" label=${phrase("act.rehearse")} blocked=${busy.step} onPress=${rehearse} />`}
      ${next.canBeFirst && html`<${Button} id="make-next" label=${phrase("act.make_next")} onPress=${makeNext} />`}
      <${Button} id="again" label=${phrase("act.duplicate")} onPress=${duplicate} />
      ${OF_OWNERS.map(step)}
    <//>
  </div>`;
}

/** The menu of rare actions. It closes on a choice, on a click beside it and on Escape; its own button keeps the focus. @param {{children?: unknown}} props */
function Menu({ children }) {
  const place = useRef(/** @type {HTMLDetailsElement|null} */ (null));
  function close() {
    if (place.current) place.current.open = false;
    place.current?.querySelector("summary")?.focus();
  }
  useEffect(() => {
    /** @param {MouseEvent} event */
    const closeBeside = ({ target }) => {
      if (place.current && target instanceof Node && !place.current.contains(target)) place.current.open = false;
    };
    addEventListener("click", closeBeside);
    return () => removeEventListener("click", closeBeside);
  }, []);
  /** @param {Event} event */
  const choose = ({ target }) => target instanceof Element && target.closest("button") && close();
  /** @param {KeyboardEvent} event */
  const key = (event) => event.key === "Escape" && place.current?.open && close();
  return html`<details class="more-actions" id="more-actions" data-needs="polls.edit" ref=${place} onClickCapture=${choose} onKeyDown=${key}>
    <summary class="button" id="more-actions-open">${phrase("act.more")}</summary>
    <div class="menu">${children}</div>
  </details>`;
}

/** The outcome of an action; it is outdated once the lifecycle state has changed again. @param {PollView} view */
export function Notices({ state, poll, lifecycle }) {
  const { notice, busy } = state;
  const here = notice?.poll_id === poll.poll_id && (notice.lifecycle ?? lifecycle) === lifecycle ? notice : null;
  if (here?.tone === "trouble")
    return html`<${Refusal} key=${here.text} title=${here.title ?? ""} detail=${here.text} />`;
  return (
    here &&
    html`<div class="notice" id="done">
      <p id="done-text">${here.text}</p>
      ${
        here.undo &&
        here.revision === poll.revision &&
        html`<${Button} look="small" id="undo" label=${phrase("act.undo")} blocked=${busy.step} onPress=${undo} />`
      }
    </div>`
  );
}

/** @param {{title: string, detail: string}} words */
function Refusal(words) {
  // On a phone it may be below the pressed button.
  const place = useElement((row) => row.scrollIntoView({ block: "nearest" }), []);
  return html`<${Alert} id="refusal" look="notice trouble" ref=${place} ...${words}>
    <${Button} look="small" id="refusal-ok" label=${phrase("app.ok")} onPress=${() => dispatch({ type: "dismissed" })} />
  <//>`;
}
