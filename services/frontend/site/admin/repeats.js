// The runs of the poll on the stage, side by side: one row each, percents on one scale.
import { selectedPoll, serverNow } from "../logic/admin.js";
import { firstOf, rowOf, runsOf } from "../logic/repeats.js";
import { isEarly, lifecycleOf } from "../logic/poll-status.js";
import { now } from "../now.js";
import { block } from "./busy-buttons.js";
import { $, show, write } from "./dom.js";
import { callSigned } from "./session.js";

const AGAIN_MS = 15_000;
const MISSING = "Runs among older polls are not shown yet.";

export function drawRuns(state, poll, at) {
  const runs = runsOf(state.polls, poll);
  show($("runs"), runs.length > 0);
  if (runs.length === 0) return;
  const list = $("run-list");
  while (list.children.length > runs.length) list.lastElementChild.remove();
  while (list.children.length < runs.length) list.append($("run").content.cloneNode(true));
  runs.forEach((run, place) =>
    drawRow(list.children[place], run, rowOf(run, state.results[run.poll_id], at), run === poll),
  );
  write($("runs-hint"), state.next_cursor === null ? "" : MISSING);
  show($("runs-more"), state.next_cursor !== null);
  block($("runs-more"), state.busy.more);
}

function drawRow(row, run, said, current) {
  const part = (name, within = row) => within.querySelector(`.${name}`);
  part("run-name").dataset.pollId = run.poll_id;
  part("run-name").setAttribute("aria-current", String(current));
  write(part("run-when"), said.when);
  write(part("chip"), said.status);
  part("chip").dataset.phase = said.lifecycle;
  for (const bar of row.querySelectorAll(".run-bar")) {
    const side = said[bar.dataset.choice];
    for (const name of ["label", "percent", "count"]) write(part(name, bar), side[name]);
    bar.style.setProperty("--share", side.share);
  }
  write(part("run-total"), said.total);
}

/**
 * Fetch, once, what is not known of the runs on the stage: the first of them, and the counts of each.
 * @returns {() => Promise<void>} looks whether something new is on the stage
 */
export function followRuns(read, dispatch) {
  const asked = new Set();

  async function once(path, tell) {
    if (asked.has(path)) return;
    asked.add(path);
    try {
      dispatch(tell((await callSigned("GET", path)).body));
    } catch ({ status }) {
      if (status !== 404) setTimeout(() => asked.delete(path), AGAIN_MS); // 404: deleted, or opened a moment ago
    }
  }

  return async function look() {
    const state = read();
    const poll = selectedPoll(state);
    if (!poll || state.session !== "in") return;
    const first = firstOf(poll);
    if (!state.polls.some(({ poll_id }) => poll_id === first)) {
      await once(`/admin/api/polls/${first}`, (found) => ({ type: "poll_found", poll: found }));
    }
    const at = serverNow(state, now());
    for (const run of runsOf(read().polls, poll)) {
      if (state.results[run.poll_id] || isEarly(lifecycleOf(run, at))) continue;
      await once(`/admin/api/results/${run.poll_id}`, (results) => ({ type: "frame", frame: results }));
    }
  };
}
