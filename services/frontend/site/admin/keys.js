// Shortcuts of one key. They can be turned off, since dictated text comes as keys, and are ignored while text is typed.
import { nameOf } from "../logic/key-names.js";
import { device } from "../storage.js";
import { dispatch, focusOn, read } from "./store.js";

export const KEYS_OFF = "tot.admin.keys";

/** @type {{key: string, name: string, press: () => unknown}[]} */
export const KEYS = [
  { key: "n", name: "shortcut.new", press: () => focusOn("f-question") },
  { key: "/", name: "shortcut.search", press: () => focusOn("find-words") },
  { key: "d", name: "shortcut.details", press: () => focusOn("details-question") },
  { key: "p", name: "shortcut.present", press: () => document.getElementById("present-link")?.click() },
  { key: "?", name: "shortcut.help", press: () => dispatch({ type: "dialog", dialog: { kind: "help" } }) },
];

export function listenToKeys() {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea, dialog");
    if (typing || read().session !== "in" || read().tab !== "polls" || device.get(KEYS_OFF) === "off") return;
    const found = KEYS.find(({ key }) => key === nameOf(event));
    if (!found) return;
    event.preventDefault();
    found.press();
  });
}
