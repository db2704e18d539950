// The keyboard of the presenter. Single keys can be turned off, for people who steer by voice or type by chance.
const OFF = "tot.present.keys.off";
const $ = (id) => document.getElementById(id);

/** @param {Record<string, () => void>} acts by key */
export function listenToKeys(acts) {
  $("keys-on").checked = localStorage.getItem(OFF) === null;
  $("keys-on").addEventListener("change", ({ target }) => {
    if (target.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (document.querySelector("dialog[open]") || localStorage.getItem(OFF) !== null) return;
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
