// The geometry of the chart of votes over time: ticks and stepped lines. No I/O, no clock, no DOM.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Steps between ticks of the time axis, in seconds. */
const TIME_STEPS = [
  1,
  2,
  5,
  10,
  15,
  30,
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  DAY,
];

/**
 * Return the step between at most `most` ticks on a time axis.
 * @param {number} seconds that the axis covers
 * @param {number} most
 */
export function timeStep(seconds, most) {
  const step = TIME_STEPS.find((one) => seconds / one < most);
  return step ?? DAY * Math.ceil(seconds / DAY / most);
}

/**
 * Return the step between at most `most` ticks on an axis of whole numbers: 1, 2 or 5 with zeros.
 * @param {number} highest
 * @param {number} most
 */
export function countStep(highest, most) {
  for (let power = 1; ; power *= 10) {
    const step = [power, 2 * power, 5 * power].find((one) => highest / one < most);
    if (step) return step;
  }
}

/** Return the multiples of a step in a range. @param {number} from @param {number} to @param {number} step */
export function ticks(from, to, step) {
  const first = Math.ceil(from / step);
  return Array.from({ length: Math.floor(to / step) - first + 1 }, (_, place) => (first + place) * step);
}

/**
 * Return the SVG path of counts that stay the same until the next one.
 * @param {number[]} xs
 * @param {number[]} ys
 */
export const steppedPath = (xs, ys) =>
  xs.map((x, place) => (place ? `H${x}V${ys[place]}` : `M${x} ${ys[place]}`)).join("");
