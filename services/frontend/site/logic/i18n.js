// What is said, in the language that is spoken: phrases with their plurals, numbers, shares and times.
import english from "../locales/en.js";
import { asCountdown } from "./clock.js";
import { directionOf } from "./language.js";

const DAY_MS = 86_400_000;
const RTL_TEXT = /\p{Script=Hebrew}|\p{Script=Arabic}|\p{Script=Syriac}|\p{Script=Thaana}|\p{Script=Nko}/u;
const [ISOLATE, END] = ["\u2068", "\u2069"];
const clockStyle = { hour: "numeric", minute: "2-digit", timeZoneName: "short" };

let spoken = speaker("en", "en", english);

function speaker(language, locale, words) {
  return {
    language,
    words,
    rtl: directionOf(language) === "rtl",
    plural: new Intl.PluralRules(locale),
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

/** From now on in this language. Words that a language has not, which a test forbids, are English. */
export function speak(language, locale, words) {
  spoken = speaker(language, locale, { ...english, ...words });
}

export const language = () => spoken.language;

/**
 * The phrase of that name. What goes into it is kept from turning the text around it: a label in Hebrew within a
 * sentence in English, and the other way round.
 * @param {string} name
 * @param {Record<string, string|number>} values by placeholder; `n` chooses the plural
 */
export function phrase(name, values = {}) {
  const found = spoken.words[name];
  if (found === undefined) throw new Error(`no phrase ${name}`);
  const text = typeof found === "string" ? found : (found[spoken.plural.select(values.n)] ?? found.other);
  return text.replaceAll(/\{(\w+)\}/g, (_, key) => {
    const value = values[key];
    return isolated(typeof value === "number" ? number(value) : value);
  });
}

const isolated = (text) => (spoken.rtl || RTL_TEXT.test(text) ? `${ISOLATE}${text}${END}` : text);

export const number = (n) => spoken.whole.format(n);
export const votes = (n) => phrase("votes", { n });

/** @param {number} whole 60 for 60 % */
export const percent = (whole) => spoken.percent.format(whole / 100);

export const countdown = (seconds) => asCountdown(seconds, number, spoken.two.format);

/** Up to a minute in seconds, a longer time as a countdown. */
export const span = (seconds) => (seconds < 60 ? spoken.second.format(seconds) : countdown(seconds));

/** A time of day; with the date once it is not about now. */
export function moment(time, now) {
  const at = Date.parse(time);
  return (isNear(at, now) ? spoken.time : spoken.day).format(at);
}

/**
 * A phrase with a moment in it: `{name}.time` with the time of day, `{name}.day` once it is not about now.
 * @param {{zone?: boolean}} options `zone`: the time zone is named, for times that are arranged
 */
export function phraseAt(name, time, now, values = {}, { zone = false } = {}) {
  const at = Date.parse(time);
  return isNear(at, now)
    ? phrase(`${name}.time`, { ...values, time: (zone ? spoken.zoneTime : spoken.time).format(at) })
    : phrase(`${name}.day`, { ...values, day: (zone ? spoken.zoneDay : spoken.day).format(at) });
}

const isNear = (at, now) => Math.abs(at - now) < DAY_MS / 2;
