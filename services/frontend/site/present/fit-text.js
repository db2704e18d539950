// Makes what stands on the wall as large as it can be: long questions get smaller letters, and nothing is cut off.
const STEPS = [1, 0.92, 0.84, 0.76, 0.68, 0.6, 0.52, 0.44];

/**
 * From now on. What changed is taken from what was laid out: a screen that turns tells its new size before that, and a
 * wider figure or the last seconds may take a line more.
 * @param {HTMLElement} wall
 */
export function keepFitting(presenter) {
  const sizes = new ResizeObserver(() => requestAnimationFrame(() => shrink(presenter)));
  for (const each of [presenter, ...presenter.children]) sizes.observe(each, { box: "border-box" });
}

function shrink(presenter) {
  for (const step of STEPS) {
    presenter.style.setProperty("--fit", step);
    if (presenter.scrollHeight <= presenter.clientHeight) return;
  }
}
