// Fits the text of the presenter to the screen: long questions get a smaller font, and nothing is cut off.
const FONT_SCALES = [1, 0.92, 0.84, 0.76, 0.68, 0.6, 0.52, 0.44];

/**
 * Fit the text of the presenter from now on, after each layout: a rotated screen reports its new size before that, and
 * wider numbers or the last seconds may need another line.
 * @param {HTMLElement} presenter
 */
export function keepFitting(presenter) {
  const sizes = new ResizeObserver(() => requestAnimationFrame(() => shrink(presenter)));
  for (const each of [presenter, ...presenter.children]) sizes.observe(each, { box: "border-box" });
}

/** @param {HTMLElement} presenter */
function shrink(presenter) {
  for (const scale of FONT_SCALES) {
    presenter.style.setProperty("--fit", String(scale));
    if (presenter.scrollHeight <= presenter.clientHeight) return;
  }
}
