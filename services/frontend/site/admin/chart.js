// The chart of votes over time of the selected poll, drawn by uPlot from the series and the messages.

import { moment, number, timeOfDay } from "../logic/i18n.js";
import { votesOverTime } from "../logic/vote-rate.js";
import { $, describe, write } from "./dom.js";

/** @import { Poll, SeriesPoint } from "contracts" */
/** @import { Point } from "page-state" */
/** @import uPlot from "uplot" */

const BETWEEN_MS = 500;
const HEIGHT = 200;
const CHOICES = /** @type {const} */ (["a", "b"]);
const dark = matchMedia("(prefers-color-scheme: dark)");

/** @type {typeof uPlot|null} */
let library = null;
/** @type {uPlot|null} */
let plot = null;
let drawn = { what: "", at: 0 };

/**
 * Draw the chart, at most twice per second.
 * @param {Poll} poll
 * @param {SeriesPoint[]} points
 * @param {Point[]} seen
 * @param {number} now device time in ms
 */
export function drawChart(poll, points, seen, now) {
  const what = `${poll.poll_id} ${points.length} ${seen.length} ${seen.at(-1)?.at}`;
  if (what === drawn.what || now - drawn.at < BETWEEN_MS) return;
  const data = votesOverTime(points, seen, poll.opens_at);
  drawn = { what, at: now };
  for (const choice of CHOICES) write($(`course-${choice}`), poll.options[choice].label);
  const blank = data[0].length < 2;
  $("chart").classList.toggle("blank", blank);
  if (blank) return describe($("chart"), "aria-label", "Votes over time, from the first vote on.");
  const [times, these, those] = data;
  const [from, to] = [times[0], times[times.length - 1]].map((seconds) =>
    moment(new Date(seconds * 1000).toISOString(), now),
  );
  const ends = `${poll.options.a.label}: ${number(these[these.length - 1])}, ${poll.options.b.label}: ${number(those[those.length - 1])}`;
  describe($("chart"), "aria-label", `Votes over time, ${from} to ${to}. ${ends}.`);
  drawPlot(data);
}

/** @param {[number[], number[], number[]]} data */
async function drawPlot(data) {
  library ??= /** @type {{default: typeof uPlot}} */ (/** @type {unknown} */ (await import("../vendor/uplot.js")))
    .default;
  if (plot) plot.setData(data);
  else plot = new library(options(library), data, $("chart"));
}

/** @param {typeof uPlot} library @returns {uPlot.Options} */
function options(library) {
  const style = getComputedStyle(document.body);
  /** @param {string} name */
  const ink = (name) => style.getPropertyValue(name).trim();
  const axis = {
    stroke: ink("--muted"),
    grid: { stroke: ink("--line"), width: 1 },
    ticks: { stroke: ink("--line"), width: 1 },
  };
  const paths = library.paths.stepped?.({ align: 1 });
  return {
    width: Math.max(200, $("chart").clientWidth),
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.05)] } },
    axes: [
      {
        ...axis,
        space: 90,
        values: (_, times, _axis, _space, step) => times.map((seconds) => timeOfDay(seconds * 1000, step < 60)),
      },
      {
        ...axis,
        size: 56,
        values: (_, values) => values.map((value) => (Number.isInteger(value) ? number(value) : "")),
      },
    ],
    series: [
      {},
      { stroke: ink("--a"), width: 3, paths, points: { show: false } },
      { stroke: ink("--b"), width: 3, dash: [8, 5], paths, points: { show: false } }, // distinguished without colour
    ],
  };
}

new ResizeObserver(() => plot?.setSize({ width: Math.max(200, $("chart").clientWidth), height: HEIGHT })).observe(
  $("chart"),
);
dark.addEventListener("change", () => {
  plot?.destroy();
  plot = null;
  drawn = { what: "", at: 0 };
});
