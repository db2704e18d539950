// The repeats of the selected poll, side by side: one row each, percents on one scale.
import { Failure } from "../api.js";
import { html } from "../html.js";
import { phrase } from "../logic/i18n.js";
import { isEarly, lifecycleOf } from "../logic/poll-status.js";
import { firstOf, repeatsOf, rowOf } from "../logic/repeats.js";
import { Button, CHOICES, Hint, Shape } from "../organisers/parts.js";
import { callSigned } from "../organisers/session.js";
import { choosePoll, loadMore } from "./polls.js";
import { dispatch, read, selected, serverTime } from "./store.js";

/** @import { Poll, Results } from "contracts" */
/** @import { AdminAction, PollView } from "page-state" */

const AGAIN_MS = 15_000;
/** @type {Set<string>} The paths that were requested. */
const asked = new Set();

/** @param {PollView} view */
export function Repeats({ state, poll, at }) {
  const runs = repeatsOf(state.polls, poll);
  if (runs.length === 0) return null;
  const missing = state.next_cursor !== null;
  return html`<section class="runs" id="runs" aria-labelledby="runs-title">
    <h2 id="runs-title">${phrase("runs.title")}</h2>
    <ol class="run-list" id="run-list">
      ${runs.map((run) => html`<${Row} key=${run.poll_id} run=${run} row=${rowOf(run, state.results[run.poll_id], at)} current=${run === poll} />`)}
    </ol>
    <${Hint} id="runs-hint" text=${missing ? phrase("runs.missing") : ""} />
    ${missing && html`<${Button} look="small" id="runs-more" label=${phrase("list.more")} busy=${state.busy.more} onPress=${loadMore} />`}
  </section>`;
}

/** @param {{run: Poll, row: ReturnType<typeof rowOf>, current: boolean}} props */
const Row = ({ run, row, current }) =>
  html`<li class="run">
    <button type="button" class="run-name" data-poll-id=${run.poll_id} aria-current=${String(current)} onClick=${() => choosePoll(run.poll_id)}>
      <span class="run-when">${row.when}</span>${" "}<span class="chip" data-phase=${row.lifecycle}>${row.status}</span>
    </button>
    ${CHOICES.map(
      (choice) => html`<p class="run-bar" data-choice=${choice} style=${{ "--share": String(row[choice].share) }}>
        <span class="run-label"><${Shape} />${" "}<span class="label" dir="auto">${row[choice].label}</span></span>
        <b class="percent">${row[choice].percent}</b><span class="count">${row[choice].count}</span>
        <span class="track" aria-hidden="true"><span class="fill" /></span>
      </p>`,
    )}
    <p class="run-total">${row.total}</p>
  </li>`;

/** @template Body @param {string} path @param {(body: Body) => AdminAction} actionOf */
async function once(path, actionOf) {
  if (asked.has(path)) return;
  asked.add(path);
  try {
    dispatch(actionOf(await callSigned("GET", path)));
  } catch (failure) {
    const missing = failure instanceof Failure && failure.status === 404; // deleted, or opened a moment ago
    if (!missing) setTimeout(() => asked.delete(path), AGAIN_MS);
  }
}

/** Fetch, once, the missing data of the repeats on the page: the first poll, and the counts of each. */
export async function fetchRepeats() {
  const poll = selected();
  if (!poll || read().session !== "in") return;
  const first = firstOf(poll);
  if (!read().polls.some(({ poll_id }) => poll_id === first)) {
    await once(`/admin/api/polls/${first}`, (/** @type {Poll} */ poll) => ({ type: "poll_found", poll }));
  }
  for (const { poll_id, ...run } of repeatsOf(read().polls, poll)) {
    if (read().results[poll_id] || isEarly(lifecycleOf(run, serverTime()))) continue;
    await once(`/admin/api/results/${poll_id}`, (/** @type {Results} */ message) => ({ type: "message", message }));
  }
}
