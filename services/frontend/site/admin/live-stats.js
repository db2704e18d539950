// Live statistics of the selected poll: rate, audience, turnout, and the chart of votes over time.
import { html } from "../html.js";
import { language, number, percent, phrase } from "../logic/i18n.js";
import { isEarly } from "../logic/poll-status.js";
import { rateText, votesPerSecond } from "../logic/vote-rate.js";
import { Chart } from "./chart.js";

/** @import { PollView } from "page-state" */

/** @param {PollView} view */
export function LiveStats({ state, poll, lifecycle, at, now }) {
  const results = state.results[poll.poll_id];
  if (!results?.total || isEarly(lifecycle)) return null;
  const seen = state.seen[poll.poll_id] ?? [];
  const { audience } = state;
  // Voters may have left the page, so the share is capped at 100 %.
  const turnout = audience ? percent(Math.min(100, Math.round((100 * results.total) / audience))) : "–";
  return [
    lifecycle === "open" &&
      html`<dl class="live-stats" id="live-stats">
        <div><dt>${phrase("stat.rate")}</dt><dd id="live-stats-rate">${rateText(votesPerSecond(seen, at))}</dd></div>
        <div><dt>${phrase("stat.watching")}</dt><dd id="live-stats-audience">${audience === null ? "–" : number(audience)}</dd></div>
        <div><dt title=${phrase("stat.turnout_hint")}>${phrase("stat.turnout")}</dt><dd id="live-stats-turnout">${turnout}</dd></div>
      </dl>`,
    html`<${Chart} key=${poll.poll_id + language()} poll=${poll} points=${state.series[poll.poll_id] ?? []} seen=${seen} now=${now} />`,
  ];
}
