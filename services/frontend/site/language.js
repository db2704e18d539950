// Finds out which language to speak, gets its words, and says them in the page's own markup.
import { timeLimit } from "./api.js";
import { describe, write } from "./dom.js";
import { chooseLanguage, directionOf, LANGUAGES } from "./logic/language.js";
import { language, phrase, speak } from "./logic/i18n.js";
import { backoff } from "./logic/retry.js";
import { PUBLISHED } from "./published.js";
import { device } from "./storage.js";

const PICKED = "tot.language";
const PATIENCE_MS = 2_000; // words later than this find an English page, and change it
const TIMEOUT_MS = 25_000;

const had = new Map([["en", {}]]); // English is on board; what has come once needs no network again
let wanted = null; // the newest wish: words that come late for an older one are not used

/**
 * Speak the language of the link, the one picked before, or the browser's. Done once it is spoken, or English for now.
 * @param {() => void} changed words came late: draw again
 */
export async function startLanguage(changed) {
  const asked = new URLSearchParams(location.search).get("lang");
  const spoken = use(chooseLanguage([asked, device.get(PICKED)], navigator.languages), changed);
  await Promise.race([spoken, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  apply();
}

/**
 * The list of languages; what is picked there holds on this device.
 * @param {HTMLSelectElement} list
 * @param {() => void} changed
 */
export function offerLanguages(list, changed) {
  list.append(...Object.entries(LANGUAGES).map(([code, name]) => optionOf(code, name)));
  list.value = language();
  list.addEventListener("change", () => {
    device.set(PICKED, list.value);
    forgetAsked();
    use(chooseLanguage([list.value], navigator.languages), changed);
  });
}

function optionOf(code, name) {
  const option = document.createElement("option");
  Object.assign(option, { value: code, textContent: name, lang: code, dir: directionOf(code) });
  return option;
}

async function use(choice, changed) {
  wanted = choice;
  const words = await wordsOf(choice);
  if (wanted !== choice) return;
  speak(choice.language, choice.locale, words);
  apply();
  changed();
}

/** Words are taken only as this page's release has them; till then the page goes on in the language that it speaks. */
async function wordsOf(choice) {
  if (had.has(choice.language)) return had.get(choice.language);
  const name = `/locales/${choice.language}.json`;
  const { address, integrity } = PUBLISHED[name] ?? { address: name };
  for (let attempt = 1; wanted === choice; attempt += 1) {
    const signal = timeLimit(TIMEOUT_MS);
    try {
      const answer = await fetch(address, { integrity, signal });
      if (answer.ok) had.set(choice.language, await answer.json());
      if (answer.ok) return had.get(choice.language);
    } catch {
      // lost on the way, or not what it should be: the same again, later
    }
    await new Promise((resolve) => setTimeout(resolve, backoff(attempt, null, Math.random())));
  }
  return {};
}

/** The markup's own texts: `data-phrase` is what an element says, `data-label` what it is called. */
function apply() {
  const root = document.documentElement;
  root.lang = language();
  root.dir = directionOf(language());
  for (const element of document.querySelectorAll("[data-phrase]")) write(element, phrase(element.dataset.phrase));
  for (const element of document.querySelectorAll("[data-label]")) {
    describe(element, "aria-label", phrase(element.dataset.label));
  }
  for (const element of document.querySelectorAll("[data-code]")) element.dataset.code = language();
  root.dataset.worded = "true";
}

/** What the link asked for has been overruled; a reload must not bring it back. */
function forgetAsked() {
  const url = new URL(location.href);
  if (!url.searchParams.has("lang")) return;
  url.searchParams.delete("lang");
  history.replaceState(null, "", url);
}
