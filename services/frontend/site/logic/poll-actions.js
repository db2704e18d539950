// Actions on a poll by its lifecycle state: their requests, confirmations and texts. No I/O, no DOM.
import { ofApi } from "./api-detail.js";
import { COUNTDOWN_SECONDS } from "./clock.js";
import { moment, phrase } from "./i18n.js";
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
const TIMER_MS = { in_30: 30_000, in_60: 60_000, in_120: 120_000, in_300: 300_000 };

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
      return phrase("done.opens", { seconds: COUNTDOWN_SECONDS });
    case "schedule":
      return phrase("done.scheduled", { time: moment(poll.opens_at ?? "", now) });
    case "move":
      return phrase("done.rescheduled", { time: moment(poll.opens_at ?? "", now) });
    case "take_back":
      return phrase("done.reverted");
    case "extend":
      return poll.closes_at ? phrase("done.closes_at", { time: moment(poll.closes_at, now) }) : phrase("done.endless");
    case "close":
      return phrase("done.closes", { seconds: COUNTDOWN_SECONDS });
    case "archive":
      return phrase("done.archived");
    default:
      return phrase("done.deleted");
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
 * The confirmation dialogs by action: phrases of the title, the text and the labels of both buttons.
 * @type {Record<string, Confirmation>}
 */
const ASKED = {
  close: { title: "ask.close", tells: ["ask.close_effect"], no: "ask.close_no", yes: "ask.close_yes" },
  archive: {
    title: "ask.archive",
    tells: ["ask.archive_effect", "ask.archive_rest"],
    no: "ask.archive_no",
    yes: "ask.archive_yes",
  },
};

/** @type {Partial<Record<Lifecycle, Confirmation>>} */
const DELETION = {
  draft: { title: "ask.delete_draft", tells: ["ask.delete_draft_effect"], no: "ask.delete_no", yes: "ask.delete_yes" },
  archived: {
    title: "ask.delete",
    tells: ["ask.delete_effect", "ask.delete_rest"],
    no: "ask.delete_no",
    yes: "ask.delete_for_good",
  },
};

/**
 * Return the confirmation of an action; null if it needs none.
 * @param {string} step
 * @param {Lifecycle} lifecycle
 * @returns {Confirmation|null}
 */
export function askedBefore(step, lifecycle) {
  const asked = step === "delete" ? DELETION[lifecycle] : ASKED[step];
  if (!asked) return null;
  const { title, tells, no, yes } = asked;
  return { title: phrase(title), tells: tells.map((name) => phrase(name)), no: phrase(no), yes: phrase(yes) };
}

/** By action: the phrase, the one with details, and the details in words. @type {Record<string, [string, string, (about: string, now: number) => string]>} */
const DID = {
  "poll.created": ["did.created", "did.created", String],
  "poll.opened": ["did.opened", "did.scheduled", moment],
  "poll.changed": ["did.changed", "did.changed_fields", (about) => changedIn(about).join(", ")],
  "poll.closed": ["did.closed", "did.closed", String],
  "poll.archived": ["did.archived", "did.archived", String],
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
  return `${entry ? didWhat(entry, now) : `${ofApi(reason) || phrase("did.unknown")}.`} ${phrase("did.advice")}`;
}

/** @param {AuditEvent} entry @param {number} now device time in ms */
function didWhat({ action, name, about, at }, now) {
  const [plain, detailed, inWords] = DID[action];
  const details = about ? inWords(about, now) : "";
  return phrase(details ? detailed : plain, { name, details, time: moment(at, now) });
}
