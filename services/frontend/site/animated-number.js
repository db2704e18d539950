// Large figures that move to their next value instead of jumping there; what stands in the end is exact.
import { write } from "./dom.js";

const MOVE_MS = 700;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const moving = new WeakMap(); // by element: where it stands, and where it goes

/**
 * Let `element` count from what it shows to `value`.
 * @param {number|null} value null: nothing to show, and nothing to count from
 * @param {(value: number) => string} say the text of a whole number
 */
export function moveFigure(element, value, say) {
  const before = moving.get(element);
  if (before?.to === value && before.say === say) return;
  if (value === null || !before || before.to === null || calm.matches || document.hidden) {
    moving.set(element, { at: value, to: value, say });
    write(element, value === null ? "" : say(value));
    return;
  }
  moving.set(element, { from: before.at, at: before.at, to: value, since: performance.now(), say });
  if (before.from === undefined) requestAnimationFrame(() => step(element));
}

function step(element) {
  const figure = moving.get(element);
  if (figure.from === undefined) return;
  const part = Math.min(1, (performance.now() - figure.since) / MOVE_MS);
  const eased = 1 - (1 - part) ** 3;
  figure.at = part === 1 ? figure.to : Math.round(figure.from + (figure.to - figure.from) * eased);
  write(element, figure.say(figure.at));
  if (part < 1) requestAnimationFrame(() => step(element));
  else delete figure.from;
}

/** Draw at most once per frame of the screen, however much happens between two. */
export function coalesced(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}
