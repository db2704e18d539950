// The repeats of the selected poll, side by side: one row each, percents on one scale.
import { Failure } from "../api.js";
import { selectedPoll, serverNow } from "../logic/admin.js";
import { isEarly, lifecycleOf } from "../logic/poll-status.js";
import { firstOf, repeatsOf, rowOf } from "../logic/repeats.js";
import { now } from "../now.js";
import { block } from "./busy-buttons.js";
import { $, find, show, write } from "./dom.js";
import { callSigned } from "./session.js";

/** @import { Poll, Results } from "contracts" */
/** @import { AdminAction, AdminDispatch, AdminState, ReadAdmin, Reply } from "page-state" */

const CHOICES = /** @type {const} */ (["a", "b"]);
const TEXTS = /** @type {const} */ (["label", "percent", "count"]);
const AGAIN_MS = 15_000;
const MISSING = "Runs among older polls are not shown yet.";

/** @param {AdminState} state @param {Poll} poll @param {number} at server time in ms */
export function drawRepeats(state, poll, at) {
  const runs = repeatsOf(state.polls, poll);
  show($("runs"), runs.length > 0);
  if (runs.length === 0) return;
  const list = $("run-list");
  while (list.children.length > runs.length) list.lastElementChild?.remove();
  while (list.children.length < runs.length) list.append($("run").content.cloneNode(true));
  for (const [place, run] of runs.entries()) {
    drawRow(list.children[place], run, rowOf(run, state.results[run.poll_id], at), run === poll);
  }
  write($("runs-hint"), state.next_cursor === null ? "" : MISSING);
  show($("runs-more"), state.next_cursor !== null);
  block($("runs-more"), state.busy.more);
}

/** @param {Element} row @param {Poll} run @param {ReturnType<typeof rowOf>} said @param {boolean} current */
function drawRow(row, run, said, current) {
  /** @param {string} name @param {Element} within */
  const part = (name, within = row) => find(within, `.${name}`);
  part("run-name").dataset.pollId = run.poll_id;
  part("run-name").setAttribute("aria-current", String(current));
  write(part("run-when"), said.when);
  write(part("chip"), said.status);
  part("chip").dataset.phase = said.lifecycle;
  for (const choice of CHOICES) {
    const [bar, side] = [find(row, `.run-bar[data-choice="${choice}"]`), said[choice]];
    for (const name of TEXTS) write(part(name, bar), side[name]);
    bar.style.setProperty("--share", String(side.share));
  }
  write(part("run-total"), said.total);
}

/**
 * Fetch, once, the missing data of the repeats on the page: the first poll, and the counts of each.
 * @param {ReadAdmin} read
 * @param {AdminDispatch} dispatch
 * @returns {() => Promise<void>} fetches the data of a repeat that is new on the page
 */
export function followRepeats(read, dispatch) {
  /** @type {Set<string>} */
  const asked = new Set();

  /** @template Body @param {string} path @param {(body: Body) => AdminAction} actionOf */
  async function once(path, actionOf) {
    if (asked.has(path)) return;
    asked.add(path);
    try {
      /** @type {Reply<Body>} */
      const { body } = await callSigned("GET", path);
      dispatch(actionOf(body));
    } catch (failure) {
      const missing = failure instanceof Failure && failure.status === 404; // deleted, or opened a moment ago
      if (!missing) setTimeout(() => asked.delete(path), AGAIN_MS);
    }
  }

  return async function look() {
    const state = read();
    const poll = selectedPoll(state);
    if (!poll || state.session !== "in") return;
    const first = firstOf(poll);
    if (!state.polls.some(({ poll_id }) => poll_id === first)) {
      await once(`/admin/api/polls/${first}`, (/** @type {Poll} */ poll) => ({ type: "poll_found", poll }));
    }
    const at = serverNow(state, now());
    for (const run of repeatsOf(read().polls, poll)) {
      if (state.results[run.poll_id] || isEarly(lifecycleOf(run, at))) continue;
      await once(`/admin/api/results/${run.poll_id}`, (/** @type {Results} */ message) => ({
        type: "message",
        message,
      }));
    }
  };
}
