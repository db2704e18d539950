// Writes to the dashboard's page, like `../dom.js`. When the focused element is hidden, the heading of the poll gets the focus.
import { $, focusAfterHiding, write } from "../dom.js";

export { $, copyOf, describe, drawPicture, fieldOf, find, show, targetOf, write } from "../dom.js";

focusAfterHiding($("details-question"));

/** Announce a text to screen readers. @param {string} text */
export const say = (text) => write($("said"), text);
