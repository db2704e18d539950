// A link from another page may preselect an option. Neither the link nor the second click of a double click on it may cast
// a vote: such a click would hit our button before the voter has read the page.
/** @import { Choice } from "contracts" */

const READ_MS = 600;

/** @type {number|null} When the preselection was first shown. */
let since = null;

/** Store when the preselection was first shown. @param {Choice|null} marked */
export function watchPreselection(marked) {
  if (marked) since ??= performance.now();
}

/** Return whether a tap comes too soon after the preselection to be deliberate. */
export const tooSoon = () => since === null || performance.now() - since < READ_MS;

addEventListener("visibilitychange", () => {
  if (since !== null) since = performance.now();
});
