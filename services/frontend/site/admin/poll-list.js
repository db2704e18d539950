// The list of polls, filtered and sorted.
import { html } from "../html.js";
import { percent, phrase, questionOf } from "../logic/i18n.js";
import { filteredPolls } from "../logic/poll-list.js";
import { lifecycleOf, statusText, whenOf } from "../logic/poll-status.js";
import { percents } from "../logic/results.js";
import { insteadOfDefault, withField } from "../organisers/events.js";
import { Button, Choose } from "../organisers/parts.js";
import { nextDraft } from "./next.js";
import { choosePoll, loadMore } from "./polls.js";
import { dispatch } from "./store.js";

/** @import { Poll } from "contracts" */
/** @import { AdminState, Lifecycle } from "page-state" */

const STATUSES = /** @type {Lifecycle[]} */ (["scheduled", "open", "closed", "archived"]);
const ORDERS = { newest: "list.newest", oldest: "list.oldest", question: "list.by_question" };

/** Return the status that a poll is found by: one that opens in two seconds still counts as scheduled. @param {Lifecycle} lifecycle */
const filterStatusOf = (lifecycle) => (lifecycle === "soon" ? "scheduled" : lifecycle);

const filter = withField(({ name, value }) => dispatch({ type: "list_filtered", field: name, value }));
const stay = insteadOfDefault(() => {}); // the list is filtered while text is typed

/** @param {{state: AdminState, at: number, now: number}} props */
export function PollList({ state, at, now }) {
  const polls = filteredPolls(state.polls, state.wanted, (poll) => filterStatusOf(lifecycleOf(poll, at)));
  const next = nextDraft(state);
  const statuses = [
    ["all", phrase("list.all")],
    ["draft", phrase("list.drafts")],
    ...STATUSES.map((lifecycle) => [lifecycle, statusText(lifecycle)]),
  ];
  const orders = Object.entries(ORDERS).map(([order, name]) => [order, phrase(name)]);
  const none = state.polls.length === 0 ? "list.none" : "list.no_match";
  return html`<section class="panel" aria-labelledby="list-heading">
    <h2 id="list-heading" tabindex="-1">${phrase("app.polls")}</h2>
    ${
      state.polls.length > 0 &&
      html`<form class="find" id="find" role="search" aria-label=${phrase("app.polls")} onInput=${filter} onSubmit=${stay}>
        <label class="unseen" for="find-words">${phrase("list.search")}</label>
        <input id="find-words" name="words" type="search" placeholder=${phrase("list.search")} autocomplete="off" value=${state.wanted.words} />
        <${Choose} id="find-status" name="status" label=${phrase("list.status")} value=${state.wanted.status} entries=${statuses} />
        <${Choose} id="find-order" name="order" label=${phrase("list.order")} value=${state.wanted.order} entries=${orders} />
      </form>`
    }
    <ul class="list" id="list">
      ${polls.map((poll) => html`<${Item} key=${poll.poll_id} state=${state} poll=${poll} at=${at} now=${now} isNext=${poll === next} />`)}
    </ul>
    ${state.listed && polls.length === 0 && html`<p class="hint" id="list-empty">${phrase(none)}</p>`}
    ${state.next_cursor !== null && html`<${Button} look="wide" id="more" label=${phrase("list.more")} busy=${state.busy.more} onPress=${loadMore} />`}
  </section>`;
}

/** @param {{state: AdminState, poll: Poll, at: number, now: number, isNext: boolean}} props */
function Item({ state, poll, at, now, isNext }) {
  const lifecycle = lifecycleOf(poll, at);
  const facts = [isNext && phrase("list.up_next"), whenOf(poll, lifecycle, at, now), resultOf(state, poll)];
  return html`<li>
    <button type="button" data-poll-id=${poll.poll_id} aria-current=${String(poll.poll_id === state.selected)} onClick=${() => choosePoll(poll.poll_id)}>
      <span class="chip" dir="auto" data-phase=${lifecycle}>${statusText(lifecycle)}</span>
      <span class="item-question" dir="auto">${questionOf(poll)}</span>
      <span class="item-options" dir="auto">${phrase("list.options", { a: poll.options.a.label, b: poll.options.b.label })}</span>
      <span class="item-when" dir="auto">${facts.filter(Boolean).join(" · ")}</span>
    </button>
  </li>`;
}

/** Return the shares of a poll whose result this page has; the list itself brings none. @param {AdminState} state @param {Poll} poll */
function resultOf({ results }, { poll_id }) {
  const known = results[poll_id];
  if (!known?.total) return "";
  const share = percents(known.counts);
  return `${percent(share.a)} : ${percent(share.b)}`;
}
