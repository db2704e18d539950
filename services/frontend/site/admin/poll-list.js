// The list of polls, filtered and sorted.
import { html } from "../html.js";
import { percent, phrase, questionOf } from "../logic/i18n.js";
import { filteredPolls } from "../logic/poll-list.js";
import { lifecycleOf, statusText, whenOf } from "../logic/poll-status.js";
import { percents } from "../logic/results.js";
import { nextDraft } from "./next.js";
import { Button, Options } from "./parts.js";
import { dispatch } from "./store.js";

/** @import { Poll } from "contracts" */
/** @import { AdminState, Lifecycle } from "page-state" */

const STATUSES = {
  all: "list.all",
  draft: "list.drafts",
  scheduled: "lifecycle.scheduled",
  open: "lifecycle.open",
  closed: "lifecycle.closed",
  archived: "lifecycle.archived",
};
const ORDERS = { newest: "list.newest", oldest: "list.oldest", question: "list.by_question" };

/** Return the status that a poll is found by: one that opens in two seconds still counts as scheduled. @param {Lifecycle} lifecycle */
const filterStatusOf = (lifecycle) => (lifecycle === "soon" ? "scheduled" : lifecycle);

/** @param {{state: AdminState, at: number, now: number, onChoose: (pollId: string) => void, onMore: () => void}} props */
export function PollList({ state, at, now, onChoose, onMore }) {
  const polls = filteredPolls(state.polls, state.wanted, (poll) => filterStatusOf(lifecycleOf(poll, at)));
  const next = nextDraft(state);
  /** @param {Event} event */
  const filter = ({ target }) => {
    const { name, value } = /** @type {HTMLInputElement} */ (target);
    dispatch({ type: "list_filtered", field: name, value });
  };
  /** @param {"status"|"order"} name @param {string} label @param {Record<string, string>} entries */
  const choice = (name, label, entries) => [
    html`<label class="unseen" for=${`find-${name}`}>${phrase(label)}</label>`,
    html`<select id=${`find-${name}`} name=${name} value=${state.wanted[name]}>
      <${Options} entries=${Object.entries(entries).map(([value, text]) => [value, phrase(text)])} />
    </select>`,
  ];
  const none = state.polls.length === 0 ? "list.none" : "list.no_match";
  return html`<section class="panel" aria-labelledby="list-heading">
    <h2 id="list-heading" tabindex="-1">${phrase("app.polls")}</h2>
    ${
      state.polls.length > 0 &&
      html`<form class="find" id="find" role="search" aria-label=${phrase("app.polls")} onInput=${filter} onSubmit=${(/** @type {Event} */ event) => event.preventDefault()}>
        <label class="unseen" for="find-words">${phrase("list.search")}</label>
        <input id="find-words" name="words" type="search" placeholder=${phrase("list.search")} autocomplete="off" value=${state.wanted.words} />
        ${choice("status", "list.status", STATUSES)}
        ${choice("order", "list.order", ORDERS)}
      </form>`
    }
    <ul class="list" id="list">
      ${polls.map((poll) => html`<${Item} key=${poll.poll_id} state=${state} poll=${poll} at=${at} now=${now} isNext=${poll === next} onChoose=${onChoose} />`)}
    </ul>
    ${state.listed && polls.length === 0 && html`<p class="hint" id="list-empty">${phrase(none)}</p>`}
    ${state.next_cursor !== null && html`<${Button} look="wide" id="more" label=${phrase("list.more")} busy=${state.busy.more} onPress=${onMore} />`}
  </section>`;
}

/** @param {{state: AdminState, poll: Poll, at: number, now: number, isNext: boolean, onChoose: (pollId: string) => void}} props */
function Item({ state, poll, at, now, isNext, onChoose }) {
  const lifecycle = lifecycleOf(poll, at);
  const facts = [isNext && phrase("list.up_next"), whenOf(poll, lifecycle, at, now), resultOf(state, poll)];
  return html`<li>
    <button type="button" data-poll-id=${poll.poll_id} aria-current=${String(poll.poll_id === state.selected)} onClick=${() => onChoose(poll.poll_id)}>
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
