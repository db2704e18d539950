// The chart of votes over time of the selected poll, from the series and the messages.
import { html, useElement, useState } from "../html.js";
import { countStep, steppedPath, ticks, timeStep } from "../logic/chart.js";
import { moment, number, phrase, timeOfDay } from "../logic/i18n.js";
import { votesOverTime } from "../logic/vote-rate.js";
import { CHOICES } from "../organisers/parts.js";

/** @import { Poll, SeriesPoint } from "contracts" */
/** @import { Point } from "page-state" */

const BOTTOM = 168; // px, of the lines
const EDGE = { left: 52, right: 46 }; // px; the last time may end at the edge: half of "12:59:59 a.m." goes beyond it
const MOST_COUNTS = 5;
const BETWEEN_TIMES = 100; // px
/** @param {number} value */
const rounded = (value) => Math.round(10 * value) / 10;

/** @param {{poll: Poll, points: SeriesPoint[], seen: Point[], now: number}} props `now`: device time in ms */
export function Chart({ poll, points, seen, now }) {
  const [width, setWidth] = useState(0);
  const place = useElement((element) => {
    const sized = new ResizeObserver(() => setWidth(element.clientWidth));
    sized.observe(element);
    return () => sized.disconnect();
  }, []);
  const [times, ...counts] = votesOverTime(points, seen, poll.opens_at);
  const blank = times.length < 2;
  return html`<figure class="course" id="course">
    <div id="chart" dir="ltr" role="img" class=${blank ? "blank" : ""} aria-label=${labelOf(poll, times, counts, now)} ref=${place}>
      ${!blank && width > 0 && html`<${Lines} times=${times} counts=${counts} width=${width} />`}
    </div>
    <figcaption>
      ${CHOICES.map((choice) => [
        html`<span class=${`line-${choice}`} aria-hidden="true" />`,
        html`<span id=${`course-${choice}`} dir="auto">${poll.options[choice].label}</span>`,
      ])}
    </figcaption>
  </figure>`;
}

/** @param {Poll} poll @param {number[]} times in seconds @param {number[][]} counts @param {number} now */
function labelOf({ options }, times, counts, now) {
  if (times.length < 2) return phrase("stat.course_blank");
  const [from, to] = [times[0], times[times.length - 1]].map((seconds) =>
    moment(new Date(seconds * 1000).toISOString(), now),
  );
  const [a, b] = counts.map((values) => values[values.length - 1]);
  return phrase("stat.course", { from, to, a: options.a.label, a_votes: a, b: options.b.label, b_votes: b });
}

/** The lines, with the ticks beside them. @param {{times: number[], counts: number[][], width: number}} props `width`: of the chart */
function Lines({ times, counts, width }) {
  const [from, to] = [times[0], Math.max(times[times.length - 1], times[0] + 1)];
  const highest = Math.max(1, ...counts.map((values) => values[values.length - 1])) * 1.05;
  const right = width - EDGE.left - EDGE.right;
  /** @param {number} seconds */
  const x = (seconds) => rounded((right * (seconds - from)) / (to - from));
  /** @param {number} count */
  const y = (count) => rounded(BOTTOM - (BOTTOM * count) / highest);
  const step = timeStep(to - from, right / BETWEEN_TIMES);
  const [levels, moments] = [ticks(0, highest, countStep(highest, MOST_COUNTS)), ticks(from, to, step)];
  return html`<div class="plot" translate="no" style=${{ "--left": `${EDGE.left}px`, "--bottom": `${BOTTOM}px` }}>
    <svg width=${right} height=${BOTTOM} aria-hidden="true">
      <path class="grid" d=${levels.map((count) => `M0 ${y(count)}H${right}`).join("") + moments.map((seconds) => `M${x(seconds)} 0V${BOTTOM}`).join("")} />
      ${CHOICES.map((choice, place) => html`<path key=${choice} class=${`votes-${choice}`} d=${steppedPath(times.map(x), counts[place].map(y))} />`)}
    </svg>
    ${levels.map((count) => html`<span key=${`count ${count}`} class="tick level" style=${{ "--at": `${y(count)}px` }}>${number(count)}</span>`)}
    ${moments.map((seconds) => html`<span key=${`time ${seconds}`} class="tick moment" style=${{ "--at": `${x(seconds)}px` }}>${timeOfDay(seconds * 1000, step < 60)}</span>`)}
  </div>`;
}
