// How the selected poll goes just now: pace, voters, viewers, and the course so far.
import { serverNow } from "../logic/admin.js";
import { paceText, votesPerSecond } from "../logic/vote-rate.js";
import { number, percent } from "../logic/i18n.js";
import { isEarly } from "../logic/poll-status.js";
import { drawChart } from "./chart.js";
import { $, show, write } from "./dom.js";
import { callSigned } from "./session.js";

export function drawLiveStats(state, poll, phase, now) {
  const results = state.results[poll.poll_id] ?? null;
  const seen = state.seen[poll.poll_id] ?? [];
  const early = isEarly(phase);
  for (const id of ["live-stats", "course"]) show($(id), !early); // room is kept: nothing jumps
  if (early) return;
  const open = phase === "open";
  const viewers = open ? state.viewers : null;
  write($("live-stats-pace"), open ? paceText(votesPerSecond(seen, serverNow(state, now))) : "–");
  write($("live-stats-voters"), results ? number(results.total) : "–");
  write($("live-stats-viewers"), viewers === null ? "–" : number(viewers));
  // Some have voted and left, so this is at most everybody.
  write(
    $("live-stats-turnout"),
    viewers && results ? percent(Math.min(100, Math.round((100 * results.total) / viewers))) : "–",
  );
  drawChart(poll, state.series[poll.poll_id] ?? [], seen, now);
}

/** What was before this page looked. */
export async function fetchSeries(poll_id, dispatch) {
  const { body } = await callSigned("GET", `/admin/api/results/${poll_id}/series`);
  dispatch({ type: "series", ...body });
}
