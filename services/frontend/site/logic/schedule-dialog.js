// The times in the schedule dialog: the offered ones, their errors, and those to request. No I/O, no DOM.
import { phrase } from "./i18n.js";
import { asLocal, readLocal } from "./localtime.js";

/** @import { Poll } from "contracts" */
/** @import { PollTimes } from "page-state" */

/** @typedef {{opens_at: string, closes_at: string}} Fields values of fields for local time, "" if empty */

export const FIELDS = /** @type {(keyof Fields)[]} */ (["opens_at", "closes_at"]);
const MINUTE_MS = 60_000;
const AHEAD_MS = 10 * MINUTE_MS; // how far ahead the offered opening is
const ROUND_MS = 5 * MINUTE_MS;

/** Return the time in a field; null without a whole one. @param {string} field @returns {string|null} */
export function timeOf(field) {
  const read = readLocal(field);
  return read && new Date(read.instant).toISOString();
}

/**
 * Return the values of the fields when the dialog opens.
 * @param {string} step `schedule`, `move` or `until`
 * @param {Pick<Poll, "opens_at"|"closes_at">} poll
 * @param {number} now server time in ms
 * @returns {Fields}
 */
export function offered(step, { opens_at, closes_at }, now) {
  /** @param {number} from */
  const soon = (from) => new Date(Math.ceil((from + AHEAD_MS) / ROUND_MS) * ROUND_MS).toISOString();
  const end = closes_at ? asLocal(closes_at) : "";
  if (step === "until")
    return { opens_at: "", closes_at: asLocal(soon(Math.max(now, closes_at ? Date.parse(closes_at) : now))) };
  const opens = opens_at && Date.parse(opens_at) > now ? opens_at : soon(now);
  return { opens_at: asLocal(opens), closes_at: end };
}

/**
 * Return the errors in the fields; the API validates them again.
 * @param {string} step
 * @param {Fields} fields
 * @param {number} now server time in ms
 * @returns {Partial<Fields>}
 */
export function flawsIn(step, { opens_at, closes_at }, now) {
  /** @type {Partial<Fields>} */
  const flaws = {};
  const [opens, closes] = [timeOf(opens_at), timeOf(closes_at)].map((time) => (time ? Date.parse(time) : null));
  if (step === "until") {
    if (closes === null) flaws.closes_at = phrase("flaw.no_time");
    else if (closes <= now) flaws.closes_at = phrase("flaw.past_time");
    return flaws;
  }
  if (opens === null) flaws.opens_at = phrase("flaw.no_time");
  else if (opens <= now) flaws.opens_at = phrase("flaw.past_time");
  if (closes !== null && opens !== null && closes <= opens) flaws.closes_at = phrase("flaw.order");
  return flaws;
}

/**
 * Return the times to request. An unchanged time is left out, so that it keeps its seconds; but scheduling always
 * includes the opening, which would be now otherwise.
 * @param {string} step
 * @param {Fields} typed
 * @param {Pick<Poll, "opens_at"|"closes_at">} poll
 * @returns {PollTimes}
 */
export function timesIn(step, typed, poll) {
  /** @type {PollTimes} */
  const times = {};
  for (const name of step === "until" ? FIELDS.slice(1) : FIELDS) {
    const before = poll[name] ? asLocal(poll[name]) : "";
    if (typed[name] !== before) times[name] = timeOf(typed[name]);
    else if (step === "schedule" && name === "opens_at") times[name] = poll[name];
  }
  return times;
}
