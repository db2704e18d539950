// The shortcuts of the presenter. They can be turned off, for speech input and against accidental keys.
import { nameOf } from "../logic/key-names.js";
import { device } from "../storage.js";

const OFF = "tot.present.keys.off";

export const areKeysOn = () => device.get(OFF) === null;
/** @param {boolean} on */
export const turnKeys = (on) => (on ? device.remove(OFF) : device.set(OFF, "yes"));

/** Listen to the shortcuts. @param {Record<string, () => unknown>} acts by key */
export function listenToKeys(acts) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (document.querySelector("dialog[open]") || !areKeysOn()) return;
    const act = acts[nameOf(event)];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
