// Shortcuts of one key. They can be turned off, since dictated text comes as keys, and are ignored while text is typed.
import { nameOf } from "../logic/key-names.js";
import { device } from "../storage.js";

/** @typedef {ReturnType<typeof shortcuts>} PageShortcuts */

/** Return the shortcuts of a page. @param {string} off where this device stores that they are turned off */
export const shortcuts = (off) => ({
  areOn: () => device.get(off) === null,

  /** @param {boolean} on */
  turn: (on) => (on ? device.remove(off) : device.set(off, "yes")),

  /** Listen to the keys; one without an action is the browser's. @param {(key: string) => (() => unknown)|undefined} actionOf */
  listen(actionOf) {
    addEventListener("keydown", (event) => {
      const { target, ctrlKey, metaKey, altKey, repeat, isComposing, defaultPrevented } = event;
      if (ctrlKey || metaKey || altKey || repeat || isComposing || defaultPrevented || !this.areOn()) return;
      if (target instanceof Element && target.closest("input, select, textarea")) return;
      if (document.querySelector("dialog[open]")) return;
      const act = actionOf(nameOf(event));
      if (!act) return;
      event.preventDefault();
      act();
    });
  },
});
