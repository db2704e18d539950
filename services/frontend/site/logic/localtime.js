// Converts typed local time to a moment and back, also in the hours in which clocks change. The zone is a parameter: no
// clock, no I/O, no DOM.
import { phrase } from "./i18n.js";

/**
 * @typedef {{kind: "plain"|"skipped", instant: number, other: null}|{kind: "twice", instant: number, other: number}} Local
 */

const DAY_MS = 86_400_000;
const EPOCH_YEAR = Date.UTC(1970);
const WHOLE = /^\d{4,}-\d\d-\d\dT\d\d:\d\d/;
/** @type {Map<string|undefined, Intl.DateTimeFormat>} */
const clocks = new Map();

/**
 * Return the local time of a zone at a moment, as if it were UTC.
 * @param {number} instant
 * @param {string|undefined} zone
 */
function shownAt(instant, zone) {
  let clock = clocks.get(zone);
  if (!clock) {
    /** @type {Intl.DateTimeFormatOptions} */
    const style = {
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    };
    clock = new Intl.DateTimeFormat("en-GB", { ...style, timeZone: zone, hourCycle: "h23" });
    clocks.set(zone, clock);
  }
  const parts = clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]);
  const { year, month, day, hour, minute, second } = Object.fromEntries(parts);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * Return the moment of a local time. A time that the clocks skip is moved forward by the skipped time; of a time that
 * occurs twice the first is returned. `new Date(text)` does the same, without a notice.
 * @param {string} text of a field for local time: `2027-03-28T02:30`
 * @param {string} [zone] such as `Europe/Berlin`; undefined: that of the device
 * @returns {Local|null} null: no whole time
 */
export function readLocal(text, zone) {
  const shown = WHOLE.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  if (Number.isNaN(shown)) return null;
  if (shown < EPOCH_YEAR) return { kind: "plain", instant: shown, other: null }; // an incomplete year
  /** @param {number} moment */
  const ahead = (moment) => shownAt(moment, zone) - moment;
  const candidates = [...new Set([shown - ahead(shown - DAY_MS), shown - ahead(shown + DAY_MS)])];
  const fits = candidates.filter((moment) => shownAt(moment, zone) === shown);
  if (fits.length === 0) return { kind: "skipped", instant: candidates[0], other: null };
  if (fits.length === 2) return { kind: "twice", instant: fits[0], other: fits[1] };
  return { kind: "plain", instant: fits[0], other: null };
}

/**
 * Return a moment as the value of a field for local time: to the minute.
 * @param {string|null} time
 * @param {string} [zone]
 */
export const asLocal = (time, zone) =>
  time ? new Date(shownAt(Date.parse(time), zone)).toISOString().slice(0, 16) : "";

/** @param {number} instant */
const asUtc = (instant) => `${new Date(instant).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/**
 * Return a moment in local time and in UTC, for a sentence.
 * @param {number} instant
 * @param {string} [zone]
 */
export const byBothClocks = (instant, zone) =>
  `${new Date(shownAt(instant, zone)).toISOString().slice(0, 16).replace("T", " ")} (${asUtc(instant)})`;

/**
 * Return the hint below a field for local time.
 * @param {string} text
 * @param {string} [zone] default: that of the device
 * @returns {{text: string, odd: boolean}} `odd`: the moment may differ from the one that the organiser expects
 */
export function aboutTime(text, zone = Intl.DateTimeFormat().resolvedOptions().timeZone) {
  const read = readLocal(text, zone);
  if (!read) return { text: "", odd: false };
  const { kind, instant, other } = read;
  const typed = text.slice(11, 16);
  if (kind === "skipped") {
    const meant = asLocal(new Date(instant).toISOString(), zone).slice(11);
    return {
      text: phrase("when.skipped", { typed, meant, utc: asUtc(instant) }),
      odd: true,
    };
  }
  if (kind === "twice") {
    return {
      text: phrase("when.twice", { typed, utc: asUtc(instant), other: asUtc(other) }),
      odd: true,
    };
  }
  return { text: phrase("when.zone", { utc: asUtc(instant), zone }), odd: false };
}
