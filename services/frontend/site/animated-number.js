// Animates large numbers towards their next value; the last frame shows the exact value.
import { write } from "./dom.js";

const MOVE_MS = 700;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

/** @typedef {(value: number) => string} Format */
/** @typedef {{at: number|null, to: number|null, say: Format}} Still a number that stands still */
/** @typedef {{from: number, at: number, to: number, since: number, say: Format}} Moving */

/** @type {WeakMap<Element, Still|Moving>} */
const shown = new WeakMap();

/**
 * Animate the number that `element` shows towards `value`.
 * @param {Element} element
 * @param {number|null} value null: the element is emptied, and the next value appears without animation
 * @param {(value: number) => string} say formats a whole number
 */
export function moveFigure(element, value, say) {
  const before = shown.get(element);
  if (before?.to === value && before.say === say) return;
  if (value === null || !before || before.at === null || calm.matches || document.hidden) {
    shown.set(element, { at: value, to: value, say });
    write(element, value === null ? "" : say(value));
    return;
  }
  shown.set(element, { from: before.at, at: before.at, to: value, since: performance.now(), say });
  if (!("from" in before)) requestAnimationFrame(() => step(element));
}

/** Draw one animation frame. @param {Element} element */
function step(element) {
  const figure = shown.get(element);
  if (!figure || !("from" in figure)) return;
  const part = Math.min(1, (performance.now() - figure.since) / MOVE_MS);
  const eased = 1 - (1 - part) ** 3;
  figure.at = part === 1 ? figure.to : Math.round(figure.from + (figure.to - figure.from) * eased);
  write(element, figure.say(figure.at));
  if (part < 1) requestAnimationFrame(() => step(element));
  else shown.set(element, { at: figure.to, to: figure.to, say: figure.say });
}

/** Return a function that calls `draw` at most once per animation frame. @param {() => void} draw */
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
