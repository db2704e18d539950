// The shortcuts of the presenter. They can be turned off, for speech input and against accidental keys.
import { $, fieldOf } from "../dom.js";
import { nameOf } from "../logic/key-names.js";
import { device } from "../storage.js";

const OFF = "tot.present.keys.off";

/** Listen to the shortcuts. @param {Record<string, () => void>} acts by key */
export function listenToKeys(acts) {
  $("keys-on").checked = device.get(OFF) === null;
  $("keys-on").addEventListener("change", (event) => {
    if (fieldOf(event).checked) device.remove(OFF);
    else device.set(OFF, "yes");
  });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (document.querySelector("dialog[open]") || device.get(OFF) !== null) return;
    const act = acts[nameOf(event)];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
