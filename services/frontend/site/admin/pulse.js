// How the selected poll goes just now: pace, voters, viewers, and the course so far.
import { serverNow } from "../logic/admin.js";
import { paceText, votesPerSecond } from "../logic/pace.js";
import { number, percent } from "../logic/phrases.js";
import { isEarly } from "../logic/stage.js";
import { drawChart } from "./chart.js";
import { $, show, write } from "./dom.js";
import { callSigned } from "./session.js";

export function drawPulse(state, poll, phase, now) {
  const results = state.results[poll.poll_id] ?? null;
  const seen = state.seen[poll.poll_id] ?? [];
  const early = isEarly(phase);
  for (const id of ["pulse", "course"]) show($(id), !early); // room is kept: nothing jumps
  if (early) return;
  const open = phase === "open";
  const viewers = open ? state.viewers : null;
  write($("pulse-pace"), open ? paceText(votesPerSecond(seen, serverNow(state, now))) : "–");
  write($("pulse-voters"), results ? number(results.total) : "–");
  write($("pulse-viewers"), viewers === null ? "–" : number(viewers));
  // Some have voted and left, so this is at most everybody.
  write($("pulse-turnout"), viewers && results ? percent(Math.min(100, Math.round((100 * results.total) / viewers))) : "–");
  drawChart(poll, state.series[poll.poll_id] ?? [], seen, now);
}

/** What was before this page looked. */
export async function fetchSeries(poll_id, dispatch) {
  const { body } = await callSigned("GET", `/admin/api/results/${poll_id}/series`);
  dispatch({ type: "series", ...body });
}
