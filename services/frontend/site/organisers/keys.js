// Shortcuts of one key. They can be turned off, since dictated text comes as keys, and are ignored while text is typed.
import { nameOf } from "../logic/key-names.js";
import { device } from "../storage.js";

/** @typedef {{name: string, acts: Record<string, () => unknown>, shown?: string[]}} Shortcut `acts`: the action of each key; `shown`: the keys in the help */
/** @typedef {ReturnType<typeof shortcuts>} Shortcuts */

/**
 * Return the shortcuts of a page.
 * @param {string} off where this device stores that they are turned off
 * @param {Shortcut[]} list
 * @param {() => boolean} apply returns whether they apply now
 */
export const shortcuts = (off, list, apply = () => true) => ({
  list,
  areOn: () => device.get(off) === null,

  /** @param {boolean} on */
  turn: (on) => (on ? device.remove(off) : device.set(off, "yes")),

  listen() {
    addEventListener("keydown", (event) => {
      const { target, ctrlKey, metaKey, altKey, repeat, isComposing, defaultPrevented } = event;
      if (ctrlKey || metaKey || altKey || repeat || isComposing || defaultPrevented) return;
      if (target instanceof Element && target.closest("input, select, textarea")) return;
      if (document.querySelector("dialog[open]") || !this.areOn() || !apply()) return;
      const key = nameOf(event);
      const found = list.find(({ acts }) => Object.hasOwn(acts, key));
      if (!found) return;
      event.preventDefault();
      found.acts[key]();
    });
  },
});
