// Local time as it is typed, and the moment it means: with the hours in which clocks go forward or back, where that is not
// plain. The zone is given, so there is no clock, no I/O and no DOM.
const DAY_MS = 86_400_000;
const EPOCH_YEAR = Date.UTC(1970);
const WHOLE = /^\d{4,}-\d\d-\d\dT\d\d:\d\d/;
const clocks = new Map();

/** What the clocks of a zone show at a moment, as milliseconds of a day without a zone. */
function shownAt(instant, zone) {
  if (!clocks.has(zone)) {
    const style = {
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    };
    clocks.set(zone, new Intl.DateTimeFormat("en-GB", { ...style, timeZone: zone, hourCycle: "h23" }));
  }
  const parts = clocks
    .get(zone)
    .formatToParts(instant)
    .map(({ type, value }) => [type, Number(value)]);
  const { year, month, day, hour, minute, second } = Object.fromEntries(parts);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * The moment that a local time means. One that the clocks leave out means as much later as they jump; of one that comes
 * twice the first is meant. That is what `new Date(text)` does as well, without a word.
 * @param {string} text of a field for local time: `2027-03-28T02:30`
 * @param {string|undefined} zone such as `Europe/Berlin`; undefined: that of the device
 * @returns {{kind: "plain"|"skipped"|"twice", instant: number, other: number|null}|null} null: no whole time
 */
export function readLocal(text, zone) {
  const shown = WHOLE.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  if (Number.isNaN(shown)) return null;
  if (shown < EPOCH_YEAR) return { kind: "plain", instant: shown, other: null }; // a year that is still being typed
  const ahead = (moment) => shownAt(moment, zone) - moment;
  const candidates = [...new Set([shown - ahead(shown - DAY_MS), shown - ahead(shown + DAY_MS)])];
  const fits = candidates.filter((moment) => shownAt(moment, zone) === shown);
  if (fits.length === 0) return { kind: "skipped", instant: candidates[0], other: null };
  return { kind: fits.length === 2 ? "twice" : "plain", instant: fits[0], other: fits[1] ?? null };
}

/** A moment as a field for local time shows it: to the minute. */
export const asLocal = (time, zone) =>
  time ? new Date(shownAt(Date.parse(time), zone)).toISOString().slice(0, 16) : "";

export const asUtc = (instant) => `${new Date(instant).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** A moment by both clocks, for a sentence. */
export const byBothClocks = (instant, zone) =>
  `${new Date(shownAt(instant, zone)).toISOString().slice(0, 16).replace("T", " ")} (${asUtc(instant)})`;

/**
 * What is said below the field.
 * @returns {{text: string, odd: boolean}} `odd`: it is not what whoever typed it may believe
 */
export function aboutTime(text, zone) {
  const read = readLocal(text, zone);
  if (!read) return { text: "", odd: false };
  const { kind, instant, other } = read;
  const typed = text.slice(11, 16);
  if (kind === "skipped") {
    const meant = asLocal(new Date(instant).toISOString(), zone).slice(11);
    return {
      text: `Clocks go forward that day and leave ${typed} out. ${meant} is meant: ${asUtc(instant)}.`,
      odd: true,
    };
  }
  if (kind === "twice") {
    const late = `The second is ${asUtc(other)}; to be sure, choose a time outside that hour.`;
    return {
      text: `Clocks go back that day, so ${typed} comes twice. The first is meant: ${asUtc(instant)}. ${late}`,
      odd: true,
    };
  }
  return { text: `${asUtc(instant)}${zone ? `; typed as the time in ${zone}` : ""}`, odd: false };
}
