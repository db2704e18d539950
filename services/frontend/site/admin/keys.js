// The shortcuts of the dashboard.
import { shortcuts } from "../organisers/keys.js";
import { dispatch, focusOn, read } from "./store.js";

export const keys = shortcuts("tot.admin.keys.off");

/** @type {{key: string, name: string, press: () => unknown}[]} */
export const KEYS = [
  { key: "n", name: "shortcut.new", press: () => focusOn("f-question") },
  { key: "/", name: "shortcut.search", press: () => focusOn("find-words") },
  { key: "d", name: "shortcut.details", press: () => focusOn("details-question") },
  { key: "p", name: "shortcut.present", press: () => document.getElementById("present-link")?.click() },
  { key: "?", name: "shortcut.help", press: () => dispatch({ type: "dialog", dialog: { kind: "help" } }) },
];

export const listenToKeys = () =>
  keys.listen((pressed) => {
    const { session, tab } = read();
    return session === "in" && tab === "polls" ? KEYS.find(({ key }) => key === pressed)?.press : undefined;
  });
