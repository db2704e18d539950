// The languages of the pages, and the choice of one.

/** The languages by their own names. @type {Readonly<Record<string, string>>} */
export const LANGUAGES = Object.freeze({
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  he: "עברית",
  ar: "العربية",
});
const RIGHT_TO_LEFT = ["he", "ar"];
/** @type {Record<string, string>} */
const FORMER_NAMES = { iw: "he" }; // sent by old Android

/** @param {string} language */
export const directionOf = (language) => (RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr");

/**
 * Return the first language in the list that exists. The locale is the browser's own (`de-AT`) where it has one of that
 * language, so that numbers and times have the reader's format.
 * @param {(string|null|undefined)[]} chosen the language of the link, then the one picked before
 * @param {readonly string[]} preferred the languages of the browser
 * @returns {{language: string, locale: string}}
 */
export function chooseLanguage(chosen, preferred) {
  const own = preferred.filter(isLocale);
  for (const wanted of [...chosen, ...own]) {
    const language = languageOf(wanted);
    if (language) return { language, locale: own.find((locale) => languageOf(locale) === language) ?? language };
  }
  return { language: "en", locale: "en" };
}

/** @param {string|null|undefined} locale */
function languageOf(locale) {
  const first = String(locale ?? "")
    .toLowerCase()
    .split(/[-_]/)[0];
  const language = FORMER_NAMES[first] ?? first;
  return Object.hasOwn(LANGUAGES, language) ? language : null;
}

/** Return whether a text is a valid language tag; "C" of a POSIX environment is none. @param {string} text */
export function isLocale(text) {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}
