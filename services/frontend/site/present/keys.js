// The keyboard of the presenter. Single keys can be turned off, for people who steer by voice or type by chance.
import { $ } from "../dom.js";
import { nameOf } from "../logic/keys.js";
import { device } from "../storage.js";

const OFF = "tot.present.keys.off";

/** @param {Record<string, () => void>} acts by key */
export function listenToKeys(acts) {
  $("keys-on").checked = device.get(OFF) === null;
  $("keys-on").addEventListener("change", ({ target }) => {
    if (target.checked) device.remove(OFF);
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
