// The screen itself: full or not, kept awake, and calm while nobody touches it.
const CALM_AFTER_MS = 3_000;

export const isFull = () => Boolean(document.fullscreenElement);

export async function turnFull() {
  await (isFull() ? document.exitFullscreen() : document.documentElement.requestFullscreen());
}

/** Ask that the screen does not go dark; browsers take that back whenever the page is hidden. */
export function stayAwake() {
  const ask = () => {
    if (!document.hidden) navigator.wakeLock?.request("screen").catch(() => {}); // low battery: nothing to be done
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

/** The cursor and the buttons leave when nothing has moved for a while; keys and hands bring them back. */
export function hideWhenIdle() {
  let timer = 0;
  const stir = () => {
    document.body.dataset.idle = "false";
    clearTimeout(timer);
    timer = setTimeout(() => (document.body.dataset.idle = "true"), CALM_AFTER_MS);
  };
  for (const kind of ["pointermove", "pointerdown", "keydown", "focusin"]) addEventListener(kind, stir);
  stir();
}
