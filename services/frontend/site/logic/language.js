// Which languages there are, and which of them somebody gets.

/** Every language by its own name, as whoever looks for it knows it. */
export const LANGUAGES = Object.freeze({
  en: "English",
  de: "Deutsch",
  es: "Español",
  fr: "Français",
  he: "עברית",
  ar: "العربية",
});
const RIGHT_TO_LEFT = ["he", "ar"];
const FORMER_NAMES = { iw: "he" }; // still sent by old Android

export const directionOf = (language) => (RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr");

/**
 * The first wish that can be fulfilled. The locale is the reader's own (`de-AT`) where it is of that language:
 * numbers and times are written as they are used to.
 * @param {(string|null|undefined)[]} wishes what the link asks for, then what was picked before
 * @param {readonly string[]} preferred what the browser is set to
 * @returns {{language: string, locale: string}}
 */
export function chooseLanguage(wishes, preferred) {
  const own = preferred.filter(isLocale);
  for (const wish of [...wishes, ...own]) {
    const language = languageOf(wish);
    if (language) return { language, locale: own.find((locale) => languageOf(locale) === language) ?? language };
  }
  return { language: "en", locale: "en" };
}

function languageOf(locale) {
  const first = String(locale ?? "")
    .toLowerCase()
    .split(/[-_]/)[0];
  const language = FORMER_NAMES[first] ?? first;
  return Object.hasOwn(LANGUAGES, language) ? language : null;
}

function isLocale(text) {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}
