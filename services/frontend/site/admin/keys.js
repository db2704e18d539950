// The shortcuts of the dashboard.
import { shortcuts } from "../organisers/keys.js";
import { dispatch, focusOn, read } from "./store.js";

/** @import { Shortcut } from "../organisers/keys.js" */

/** @type {Shortcut[]} */
const LIST = [
  { name: "shortcut.new", acts: { n: () => focusOn("f-question") } },
  { name: "shortcut.search", acts: { "/": () => focusOn("find-words") } },
  { name: "shortcut.details", acts: { d: () => focusOn("details-question") } },
  { name: "shortcut.present", acts: { p: () => document.getElementById("present-link")?.click() } },
  { name: "shortcut.help", acts: { "?": () => dispatch({ type: "dialog", dialog: { kind: "help" } }) } },
];

export const keys = shortcuts("tot.admin.keys.off", LIST, () => read().session === "in" && read().tab === "polls");
