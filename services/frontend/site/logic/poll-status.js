// The lifecycle state of a poll for organisers, with its texts. No I/O, no clock, no DOM.
import { asCountdown, COUNTDOWN_SECONDS, phaseOf, secondsUntil } from "./clock.js";
import { moment } from "./i18n.js";

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

export const STATUS = Object.freeze({
  draft: "Draft",
  scheduled: "Scheduled",
  soon: "Opening",
  open: "Open",
  closed: "Closed",
  archived: "Archived",
});

const HINT = Object.freeze({
  draft: "Only organisers see a draft. Opening starts a countdown on every screen.",
  scheduled: "It opens by itself. Until then all of it may change, or it may become a draft again.",
  soon: "Voters see the countdown now.",
  open: "Voters' pages follow this poll by themselves; a page of a closed poll's own link offers it.",
  closed: "Closed polls stay closed; the result is final.",
  archived: "The link between its votes and its voters is destroyed. The result stays.",
});

/**
 * Return the hint about a poll; a draft cannot open while another poll is active.
 * @param {Lifecycle} lifecycle
 * @param {{question: string}|null} active the active poll
 */
export const hintOf = (lifecycle, active) =>
  lifecycle === "draft" && active
    ? `“${active.question}” is open. Close it before you open this one.`
    : HINT[lifecycle];

/**
 * Return the next or last time of a poll, in words.
 * @param {Timed & {archived_at?: string|null}} poll
 * @param {Lifecycle} lifecycle
 * @param {number} at server time in ms
 * @param {number} now device time in ms
 */
export function whenOf(poll, lifecycle, at, now) {
  if (lifecycle === "scheduled" || lifecycle === "soon") return toCome("opens", poll.opens_at ?? "", at, now);
  if (lifecycle === "archived") return moment(poll.archived_at ?? "", now);
  if (!poll.closes_at) return "";
  return lifecycle === "closed"
    ? moment(poll.closes_at, now)
    : toCome("closes", poll.closes_at, at, now, lifecycle === "open");
}

/**
 * @param {string} verb
 * @param {string} time
 * @param {number} at server time in ms
 * @param {number} now device time in ms
 */
function toCome(verb, time, at, now, counted = true) {
  const left = secondsUntil(time, at) ?? 0;
  if (!counted || left >= COUNTED_DOWN_SECONDS) return `${verb} ${moment(time, now)}`;
  const countdown = `${verb} in ${asCountdown(left)}`;
  return left > 60 ? `${countdown}, at ${moment(time, now)}` : countdown;
}
