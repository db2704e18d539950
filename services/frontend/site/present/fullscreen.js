// The screen of the presenter: fullscreen, wake lock, and hidden controls without activity.
const CALM_AFTER_MS = 3_000;

export const isFull = () => Boolean(document.fullscreenElement);

export async function toggleFullscreen() {
  await (isFull() ? document.exitFullscreen() : document.documentElement.requestFullscreen());
}

/** Keep the screen on; browsers end that whenever the page is hidden. */
export function stayAwake() {
  const ask = () => {
    if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {}); // low battery: the screen may go dark
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

/** Hide the cursor and the buttons without activity; a movement, a key or a touch shows them again. */
export function hideWhenIdle() {
  let timer = 0;
  const stir = () => {
    document.body.dataset.idle = "false";
    clearTimeout(timer);
    timer = setTimeout(() => {
      document.body.dataset.idle = "true";
    }, CALM_AFTER_MS);
  };
  for (const kind of ["pointermove", "pointerdown", "keydown", "focusin"]) addEventListener(kind, stir);
  stir();
}
