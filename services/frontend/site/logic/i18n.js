// Internationalization: phrases with their plurals, numbers, shares and times in the language of the page.
import english from "../locales/en.js";
import { asCountdown } from "./clock.js";
import { directionOf, isLocale } from "./language.js";

/** @import { Phrase } from "page-state" */

const DAY_MS = 86_400_000;
const RTL_TEXT = /\p{Script=Hebrew}|\p{Script=Arabic}|\p{Script=Syriac}|\p{Script=Thaana}|\p{Script=Nko}/u;
const [ISOLATE, END] = ["\u2068", "\u2069"];
/** @type {Intl.DateTimeFormatOptions} */
const clockStyle = { hour: "numeric", minute: "2-digit", timeZoneName: "short" };

let spoken = speaker("en", "en", english);

/**
 * @param {string} language
 * @param {string} locale
 * @param {Record<string, Phrase>} words
 */
function speaker(language, locale, words) {
  return {
    language,
    locale,
    words,
    rtl: directionOf(language) === "rtl",
    plural: new Intl.PluralRules(language),
    whole: new Intl.NumberFormat(locale),
    two: new Intl.NumberFormat(locale, { minimumIntegerDigits: 2, useGrouping: false }),
    percent: new Intl.NumberFormat(locale, { style: "percent" }),
    second: new Intl.NumberFormat(locale, { style: "unit", unit: "second", unitDisplay: "narrow" }),
    time: new Intl.DateTimeFormat(locale, { timeStyle: "short" }),
    day: new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }),
    zoneTime: new Intl.DateTimeFormat(locale, clockStyle),
    zoneDay: new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", ...clockStyle }),
  };
}

/**
 * Set the language. Phrases that it lacks, which a test forbids, are English.
 * @param {string} language
 * @param {string} locale of numbers and times; that of the language if a browser names an invalid one, such as "C"
 * @param {Record<string, Phrase>} words
 */
export function speak(language, locale, words) {
  spoken = speaker(language, isLocale(locale) ? locale : language, { ...english, ...words });
}

/** Return the present language. */
export const language = () => spoken.language;

/**
 * Return the phrase with a name. Values are isolated, so that they do not change the direction of the text around them:
 * a label in Hebrew within an English sentence, and the reverse.
 * @param {string} name
 * @param {Record<string, string|number>} values by placeholder; `n` selects the plural
 */
export function phrase(name, values = {}) {
  const found = spoken.words[name];
  if (found === undefined) throw new Error(`no phrase ${name}`);
  const text = typeof found === "string" ? found : (found[spoken.plural.select(Number(values.n))] ?? found.other);
  return text.replaceAll(/\{(\w+)\}/g, (_, key) => {
    const value = values[key];
    return isolated(typeof value === "number" ? number(value) : String(value));
  });
}

/** @param {string} text */
const isolated = (text) => (spoken.rtl || RTL_TEXT.test(text) ? `${ISOLATE}${text}${END}` : text);

/** @param {number} n */
export const number = (n) => spoken.whole.format(n);
/**
 * Return the question of a poll; that of a rehearsal says so.
 * @param {{question: string, rehearsal?: boolean|null}} poll
 */
export const questionOf = ({ question, rehearsal }) =>
  rehearsal ? phrase("rehearsal.question", { question }) : question;

/** @param {number} n */
export const votes = (n) => phrase("votes", { n });

/** @param {number} whole 60 for 60 % */
export const percent = (whole) => spoken.percent.format(whole / 100);

/** @param {number} seconds */
export const countdown = (seconds) => asCountdown(seconds, number, spoken.two.format);

/** Format up to a minute in seconds, a longer time as a countdown. @param {number} seconds */
export const span = (seconds) => (seconds < 60 ? spoken.second.format(seconds) : countdown(seconds));

/**
 * Format a time of day; with the date unless it is about now.
 * @param {string} time
 * @param {number} now device time in ms
 */
export function moment(time, now) {
  const at = Date.parse(time);
  return (isNear(at, now) ? spoken.time : spoken.day).format(at);
}

/** Format a time with its date. @param {string} time */
export const dateWithTime = (time) => spoken.day.format(Date.parse(time));

/** Format a time with its date, to the second. @param {string} time */
export const dateToSecond = (time) =>
  new Intl.DateTimeFormat(spoken.locale, { dateStyle: "medium", timeStyle: "medium" }).format(Date.parse(time));

const documentFormat = () =>
  new Intl.DateTimeFormat(spoken.locale, { day: "numeric", month: "long", year: "numeric", ...clockStyle });

/** Format a time with its date and zone, as a document states it. @param {string} time */
export const dateAndTime = (time) => documentFormat().format(Date.parse(time));

/** Format the time from one moment to another likewise. @param {string} from @param {string} to */
export const datesAndTimes = (from, to) => documentFormat().formatRange(Date.parse(from), Date.parse(to));

/** Format a time of day, with its seconds on request. @param {number} at in ms @param {boolean} seconds */
export const timeOfDay = (at, seconds) =>
  (seconds ? new Intl.DateTimeFormat(spoken.locale, { timeStyle: "medium" }) : spoken.time).format(at);

/**
 * Return a phrase with a time: `{name}.time` with the time of day, `{name}.day` with the date unless it is about now.
 * @param {string} name
 * @param {string} time
 * @param {number} now device time in ms
 * @param {Record<string, string|number>} values
 * @param {{zone?: boolean}} options `zone`: the time zone is included, for scheduled times
 */
export function phraseAt(name, time, now, values = {}, { zone = false } = {}) {
  const at = Date.parse(time);
  return isNear(at, now)
    ? phrase(`${name}.time`, { ...values, time: (zone ? spoken.zoneTime : spoken.time).format(at) })
    : phrase(`${name}.day`, { ...values, day: (zone ? spoken.zoneDay : spoken.day).format(at) });
}

/** @param {number} at @param {number} now */
const isNear = (at, now) => Math.abs(at - now) < DAY_MS / 2;
