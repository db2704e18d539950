// Live statistics of the selected poll: rate, voters, audience, and the chart of votes over time.
import { serverNow } from "../logic/admin.js";
import { number, percent } from "../logic/i18n.js";
import { isEarly } from "../logic/poll-status.js";
import { rateText, votesPerSecond } from "../logic/vote-rate.js";
import { drawChart } from "./chart.js";
import { $, show, write } from "./dom.js";
import { callSigned } from "./session.js";

/** @import { Poll, Series } from "contracts" */
/** @import { AdminDispatch, AdminState, Lifecycle, Reply } from "page-state" */

/** @param {AdminState} state @param {Poll} poll @param {Lifecycle} phase @param {number} now device time in ms */
export function drawLiveStats(state, poll, phase, now) {
  const results = state.results[poll.poll_id] ?? null;
  const seen = state.seen[poll.poll_id] ?? [];
  const voted = Boolean(results?.total) && !isEarly(phase);
  const open = phase === "open";
  show($("live-stats"), voted && open);
  show($("course"), voted);
  if (!results || !voted) return;
  const { audience } = state;
  write($("live-stats-rate"), rateText(votesPerSecond(seen, serverNow(state, now))));
  write($("live-stats-audience"), audience === null ? "–" : number(audience));
  // Voters may have left the page, so the share is capped at 100 %.
  write($("live-stats-turnout"), audience ? percent(Math.min(100, Math.round((100 * results.total) / audience))) : "–");
  drawChart(poll, state.series[poll.poll_id] ?? [], seen, now);
}

/**
 * Fetch the votes over time from before this page was loaded.
 * @param {string} poll_id
 * @param {AdminDispatch} dispatch
 */
export async function fetchSeries(poll_id, dispatch) {
  /** @type {Reply<Series>} */
  const { body } = await callSigned("GET", `/admin/api/results/${poll_id}/series`);
  dispatch({ type: "series", ...body });
}
