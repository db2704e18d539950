// A link from another page may mark an option. It casts nothing, nor may the hand that followed it: the second click of a
// double one, or a page that closes itself between the two, would land on our button before anybody has read a word.

const READ_MS = 600;

let since = null; // when the mark came into sight

/** @param {"a"|"b"|null} marked what is marked on the screen now */
export function watchMark(marked) {
  if (marked) since ??= performance.now();
}

/** Whether a tap now can be no answer to what the page shows. */
export const tooSoon = () => since === null || performance.now() - since < READ_MS;

addEventListener("visibilitychange", () => {
  if (since !== null) since = performance.now();
});
