// Chooses the language of the page, loads its phrases and writes them into the markup.
import { timeLimit } from "./api.js";
import { describe, write } from "./dom.js";
import { language, phrase, speak } from "./logic/i18n.js";
import { chooseLanguage, directionOf, LANGUAGES } from "./logic/language.js";
import { backoff } from "./logic/retry.js";
import { PUBLISHED } from "./published.js";
import { device } from "./storage.js";

/** @import { Phrase } from "page-state" */

const PICKED = "tot.language";
const PATIENCE_MS = 2_000; // after this time the page starts in English
const TIMEOUT_MS = 25_000;

/** @typedef {{language: string, locale: string}} Choice */

/** @type {Record<string, Phrase>} The phrases of this page alone; the common ones are in `i18n.js`. */
const english = {};
/** @type {Map<string, Record<string, Phrase>>} Loaded phrases by language; English is part of the page. */
const loaded = new Map([["en", english]]);
const folders = ["/locales"];
const published = { ...PUBLISHED };
/** @type {Choice|null} The newest choice: phrases that arrive late for an older one are not used. */
let wanted = null;

/**
 * Start in the language of the link, the one picked before, or the browser's. Resolves once its phrases are loaded, or
 * after two seconds in English.
 * @param {() => void} changed draws the page again when phrases arrive late
 * @param {{folder: string, english: Record<string, Phrase>, published: typeof PUBLISHED}[]} own further phrases of the page
 */
export async function startLanguage(changed, ...own) {
  for (const more of own) {
    folders.push(more.folder);
    Object.assign(published, more.published);
    Object.assign(english, more.english);
  }
  speak("en", "en", english);
  const spoken = use(choiceWith(null), changed);
  await Promise.race([spoken, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  apply();
}

/**
 * Return the choice for a page that is to have a language unless its link names another.
 * @param {string|null} preferred null: none, so the page has the language that the device has chosen
 */
function choiceWith(preferred) {
  const asked = new URLSearchParams(location.search).get("lang");
  return chooseLanguage([asked, preferred, device.get(PICKED)], navigator.languages);
}

/**
 * Switch to a language unless the link names another; with null, back to that of the device.
 * @param {string|null} preferred
 * @param {() => void} changed draws the page again
 */
export function switchLanguage(preferred, changed) {
  const choice = choiceWith(preferred);
  if (choice.language !== wanted?.language) use(choice, changed);
}

/**
 * Fill the list of languages. The one picked there is stored on this device.
 * @param {HTMLSelectElement} list
 * @param {() => void} changed draws the page again
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

/**
 * @param {string} code
 * @param {string} name
 */
function optionOf(code, name) {
  const option = document.createElement("option");
  Object.assign(option, { value: code, textContent: name, lang: code, dir: directionOf(code) });
  return option;
}

/**
 * @param {Choice} choice
 * @param {() => void} changed
 */
async function use(choice, changed) {
  wanted = choice;
  const words = await wordsOf(choice);
  if (wanted !== choice) return;
  speak(choice.language, choice.locale, words);
  apply();
  changed();
}

/**
 * Load the phrases of a language, of this page's release only; until they arrive the page keeps its present language.
 * @param {Choice} choice
 * @returns {Promise<Record<string, Phrase>>}
 */
async function wordsOf(choice) {
  const known = loaded.get(choice.language);
  if (known) return known;
  const parts = await Promise.all(folders.map((folder) => wordsIn(`${folder}/${choice.language}.json`, choice)));
  const words = Object.assign({}, ...parts);
  if (wanted === choice) loaded.set(choice.language, words);
  return words;
}

/**
 * @param {string} name
 * @param {Choice} choice
 * @returns {Promise<Record<string, Phrase>>}
 */
async function wordsIn(name, choice) {
  const { address, integrity } = published[name] ?? { address: name };
  for (let attempt = 1; wanted === choice; attempt += 1) {
    const signal = timeLimit(TIMEOUT_MS);
    try {
      const answer = await fetch(address, { integrity, signal });
      if (answer.ok) return await answer.json();
    } catch {
      // lost, or not of this release: retry
    }
    await new Promise((resolve) => setTimeout(resolve, backoff(attempt, null, Math.random())));
  }
  return {};
}

/** @type {(name: string) => NodeListOf<HTMLElement>} */
const marked = (name) => document.querySelectorAll(`[data-${name}]`);

/** Write the phrases of the markup: `data-phrase` names the text of an element, `data-label` its accessible name. */
function apply() {
  const root = document.documentElement;
  root.lang = language();
  root.dir = directionOf(language());
  for (const element of marked("phrase")) write(element, phrase(element.dataset.phrase ?? ""));
  for (const element of marked("label")) describe(element, "aria-label", phrase(element.dataset.label ?? ""));
  for (const element of marked("code")) element.dataset.code = language();
  root.dataset.worded = "true";
}

/** Remove the language from the address, so that a reload does not bring it back. */
function forgetAsked() {
  const url = new URL(location.href);
  if (!url.searchParams.has("lang")) return;
  url.searchParams.delete("lang");
  history.replaceState(null, "", url);
}
