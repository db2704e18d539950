// Makes what stands on the wall as large as it can be: long questions get smaller letters, and nothing is cut off.
const STEPS = [1, 0.92, 0.84, 0.76, 0.68, 0.6, 0.52, 0.44];
let fitted = "";

/**
 * @param {HTMLElement} wall
 * @param {string} shown what its height depends on besides the size of the screen
 */
export function fit(wall, shown) {
  const now = `${innerWidth} ${innerHeight} ${shown}`;
  if (now === fitted) return;
  fitted = now;
  for (const step of STEPS) {
    wall.style.setProperty("--fit", step);
    if (wall.scrollHeight <= wall.clientHeight) return;
  }
}
