// Actions on a poll by its lifecycle state: their requests, confirmations and texts. No I/O, no DOM.
import { COUNTDOWN_SECONDS } from "./clock.js";
import { moment } from "./i18n.js";
import { changedIn } from "./settings.js";

/** @import { AuditEvent, Poll } from "contracts" */
/** @import { Lifecycle, PollAction } from "page-state" */

/** @typedef {{title: string, tells: string[], no: string, yes: string}} Confirmation */

/** @type {Record<Lifecycle, string[]>} */
const BY_LIFECYCLE = {
  draft: ["open", "schedule", "delete"],
  scheduled: ["open", "move", "take_back"],
  soon: ["close"],
  open: ["close", "later", "much_later", "in_30", "in_60", "in_120", "in_300", "until", "endless"],
  closed: ["archive"],
  archived: ["delete"],
};
const OF_AN_END = ["later", "much_later", "endless"];

/** Return the offered actions. @param {Lifecycle} lifecycle @param {Pick<Poll, "closes_at">} poll */
export const actionsFor = (lifecycle, poll) =>
  BY_LIFECYCLE[lifecycle].filter((step) => poll.closes_at || !OF_AN_END.includes(step));

/** Return the id of the button that the state of a poll calls for first. @param {Lifecycle} lifecycle */
export function primaryOf(lifecycle) {
  if (lifecycle === "draft" || lifecycle === "scheduled") return "open";
  return lifecycle === "closed" || lifecycle === "archived" ? "export-now" : "present-link";
}

/** By how much an action moves the close. @type {Record<string, number>} */
const LATER_MS = { later: 60_000, much_later: 300_000 };
/** After how long an action closes the poll. @type {Record<string, number>} */
export const TIMER_MS = { in_30: 30_000, in_60: 60_000, in_120: 120_000, in_300: 300_000 };

/**
 * Return the action of a button that needs no further input.
 * @param {string} step
 * @param {Pick<Poll, "closes_at">} poll
 * @param {number} now server time in ms
 * @returns {PollAction}
 */
export function pollActionOf(step, poll, now) {
  if (step === "endless") return { step: "extend", times: { closes_at: null } };
  if (step in TIMER_MS) return { step: "extend", times: { closes_at: new Date(now + TIMER_MS[step]).toISOString() } };
  if (!(step in LATER_MS)) return { step };
  return {
    step: "extend",
    times: { closes_at: new Date(Date.parse(poll.closes_at ?? "") + LATER_MS[step]).toISOString() },
  };
}

/**
 * Return the request of an action.
 * @param {PollAction} action
 * @param {{poll_id: string, revision: number}} seen the poll as the page shows it
 * @returns {{method: string, path: string, body?: object}}
 */
export function requestOf({ step, times }, { poll_id, revision }) {
  const path = `/admin/api/polls/${poll_id}`;
  switch (step) {
    case "open":
    case "schedule":
      return { method: "POST", path: `${path}/open`, body: { ...times, revision } };
    case "close":
    case "archive":
      return { method: "POST", path: `${path}/${step}`, body: { revision } };
    case "delete":
      return { method: "DELETE", path: `${path}?revision=${revision}` };
    case "take_back":
      return { method: "PATCH", path, body: { status: "draft", revision } };
    default:
      return { method: "PATCH", path, body: { ...times, revision } };
  }
}

/**
 * Return the text after an action.
 * @param {PollAction} action
 * @param {Pick<Poll, "opens_at"|"closes_at">} poll after the action
 * @param {number} now device time in ms
 */
export function saidOf({ step }, poll, now) {
  switch (step) {
    case "open":
      return `The poll opens in ${COUNTDOWN_SECONDS} seconds.`;
    case "schedule":
      return `Scheduled for ${moment(poll.opens_at ?? "", now)}.`;
    case "move":
      return `Rescheduled to ${moment(poll.opens_at ?? "", now)}.`;
    case "take_back":
      return "Reverted: it is a draft again.";
    case "extend":
      return poll.closes_at
        ? `Closes at ${moment(poll.closes_at, now)}.`
        : "It stays open until an organiser closes it.";
    case "close":
      return `The poll closes in ${COUNTDOWN_SECONDS} seconds.`;
    case "archive":
      return "The poll is archived.";
    default:
      return "The poll is deleted.";
  }
}

/**
 * Return the action that undoes another, where that is safe and still possible.
 * @param {PollAction} action
 * @param {Pick<Poll, "opens_at"|"closes_at">} before the poll before the action
 * @param {number} now server time in ms
 * @returns {PollAction|null}
 */
export function undoOf({ step }, before, now) {
  /** @param {string|null} time */
  const ahead = (time) => time !== null && Date.parse(time) > now;
  const { opens_at, closes_at } = before;
  if (step === "schedule") return { step: "take_back" };
  if (step === "take_back" && ahead(opens_at)) return { step: "schedule", times: { opens_at } };
  if (step === "move" && ahead(opens_at)) return { step: "move", times: { opens_at, closes_at } };
  return null;
}

/**
 * The confirmation dialogs by action: title, text and the labels of both buttons.
 * @type {Record<string, Confirmation>}
 */
const ASKED = {
  close: {
    title: "Close this poll now?",
    tells: ["Votes are taken until the countdown ends, then never again. This cannot be undone."],
    no: "Keep it open",
    yes: "Close now",
  },
  archive: {
    title: "Archive this poll?",
    tells: [
      "The key that ties its votes to the people who cast them is destroyed: from then on votes cannot be linked to voters. Two things remain: a receipt still finds its vote, and backups hold the key for up to 35 days.",
      "Results, recounts and exports stay. Voters cannot ask for their receipt again. This cannot be undone.",
    ],
    no: "Not yet",
    yes: "Archive",
  },
};

/** @type {Partial<Record<Lifecycle, Confirmation>>} */
const DELETION = {
  draft: {
    title: "Delete this draft?",
    tells: ["It has no votes. Its question and options are gone for good. This cannot be undone."],
    no: "Keep it",
    yes: "Delete",
  },
  archived: {
    title: "Delete this poll?",
    tells: [
      "Its question, options and settings are deleted everywhere, and its links lead nowhere. Export results that you need first.",
      "The anonymous log of its votes and their counts stay: votes are never removed, and without its poll a vote says only that a voter once chose this or that. This cannot be undone.",
    ],
    no: "Keep it",
    yes: "Delete for good",
  },
};

/**
 * Return the confirmation of an action; null if it needs none.
 * @param {string} step
 * @param {Lifecycle} lifecycle
 * @returns {Confirmation|null}
 */
export const askedBefore = (step, lifecycle) => (step === "delete" ? DELETION[lifecycle] : ASKED[step]) ?? null;

/** @type {Record<string, (about: string|null|undefined, now: number) => string>} */
const DID = {
  "poll.created": () => "created it",
  "poll.opened": (about, now) => (about ? `scheduled it for ${moment(about, now)}` : "opened it"),
  "poll.changed": (about) => (about ? `changed it (${changedIn(about).join(", ")})` : "changed it"),
  "poll.closed": () => "closed it",
  "poll.archived": () => "archived it",
};

/**
 * Return the text after an action was refused because of another change: its author, kind and time.
 * @param {AuditEvent[]} entries of the audit log, newest first
 * @param {number} seen the revision that the action was based on
 * @param {string|null|undefined} reason by the API, without an entry
 * @param {number} now device time in ms
 */
export function revisionConflict(entries, seen, reason, now) {
  const entry = entries.find(({ action, revision }) => (revision ?? 0) > seen && action in DID);
  const who = entry
    ? `${entry.name} ${DID[entry.action](entry.about, now)} at ${moment(entry.at, now)}`
    : (reason ?? "It was changed");
  return `${who}. Your change was not applied. This is the newer poll: review it and try again.`;
}
