// The lifecycle state of a poll for organisers, with its texts. No I/O, no clock, no DOM.
import { COUNTDOWN_SECONDS, phaseOf, secondsUntil } from "./clock.js";
import { countdown, moment, phrase } from "./i18n.js";

/** @import { Lifecycle, Timed } from "page-state" */

const COUNTED_DOWN_SECONDS = 43_200; // longer times are shown as the date alone, as `moment` begins to show it

/**
 * Return the lifecycle state of a poll for organisers; for the public an archived poll is closed, and a scheduled one
 * opens soon.
 * @param {Timed & {archived_at?: string|null}} poll
 * @param {number} now server time in ms
 * @returns {Lifecycle}
 */
export function lifecycleOf(poll, now) {
  if (poll.archived_at) return "archived";
  const phase = phaseOf(poll, now);
  // A poll that opens within the countdown can no longer be rescheduled or unscheduled.
  const left = Date.parse(poll.opens_at ?? "") - now;
  return phase === "soon" && left > COUNTDOWN_SECONDS * 1000 ? "scheduled" : phase;
}

/** Return whether a poll has not opened yet. @param {Lifecycle} lifecycle */
export const isEarly = (lifecycle) => lifecycle === "draft" || lifecycle === "scheduled" || lifecycle === "soon";

const STATUS = {
  draft: "lifecycle.draft",
  scheduled: "lifecycle.scheduled",
  soon: "lifecycle.soon",
  open: "lifecycle.open",
  closed: "lifecycle.closed",
  archived: "lifecycle.archived",
};

/** Return the name of a lifecycle state. @param {Lifecycle} lifecycle */
export const statusText = (lifecycle) => phrase(STATUS[lifecycle]);

const HINT = {
  draft: "hint.draft",
  scheduled: "hint.scheduled",
  soon: "hint.soon",
  open: "hint.open",
  closed: "hint.closed",
  archived: "hint.archived",
};

/**
 * Return the hint about a poll; a draft cannot open while another poll is active.
 * @param {Lifecycle} lifecycle
 * @param {{question: string}|null} active the active poll
 */
export const hintOf = (lifecycle, active) =>
  lifecycle === "draft" && active ? phrase("hint.blocked", { question: active.question }) : phrase(HINT[lifecycle]);

/**
 * Return the next or last time of a poll, in words.
 * @param {Timed & {archived_at?: string|null}} poll
 * @param {Lifecycle} lifecycle
 * @param {number} at server time in ms
 * @param {number} now device time in ms
 */
export function whenOf(poll, lifecycle, at, now) {
  if (lifecycle === "scheduled" || lifecycle === "soon") return toCome(OPENS, poll.opens_at ?? "", at, now);
  if (lifecycle === "archived") return moment(poll.archived_at ?? "", now);
  if (!poll.closes_at) return "";
  return lifecycle === "closed"
    ? moment(poll.closes_at, now)
    : toCome(CLOSES, poll.closes_at, at, now, lifecycle === "open");
}

const OPENS = ["when.opens", "when.opens_in", "when.opens_in_at"];
const CLOSES = ["when.closes", "when.closes_in", "when.closes_in_at"];

/**
 * @param {string[]} phrases
 * @param {string} time
 * @param {number} at server time in ms
 * @param {number} now device time in ms
 */
function toCome([on, within, both], time, at, now, counted = true) {
  const left = secondsUntil(time, at) ?? 0;
  const values = { time: moment(time, now), countdown: countdown(left) };
  if (!counted || left >= COUNTED_DOWN_SECONDS) return phrase(on, values);
  return phrase(left > 60 ? both : within, values);
}
