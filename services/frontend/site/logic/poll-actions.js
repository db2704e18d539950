// What can be done to a poll at each stage, what it asks of the API, and what is said before and after. No I/O, no DOM.
import { moment } from "./i18n.js";

/**
 * @typedef {{step: string, times?: {opens_at?: string|null, closes_at?: string|null}}} Action
 * `times`: as the poll is to have them; null takes one away.
 */

const BY_LIFECYCLE = {
  draft: ["open", "schedule", "delete"],
  scheduled: ["open", "move", "take_back"],
  soon: ["close"],
  open: ["close", "later", "much_later", "until", "endless"],
  closed: ["archive"],
  archived: ["delete"],
};
const OF_AN_END = ["later", "much_later", "endless"];

/** @returns {string[]} the steps that are offered */
export const stepsFor = (lifecycle, poll) =>
  BY_LIFECYCLE[lifecycle].filter((step) => poll.closes_at || !OF_AN_END.includes(step));

/** An end that is moved away from now, or taken away. */
const LATER_MS = { later: 60_000, much_later: 300_000 };

/** @returns {PollAction} what a step that needs no further word does to the poll */
export function pollActionOf(step, poll) {
  if (step === "endless") return { step: "extend", times: { closes_at: null } };
  if (!(step in LATER_MS)) return { step };
  return { step: "extend", times: { closes_at: new Date(Date.parse(poll.closes_at) + LATER_MS[step]).toISOString() } };
}

/**
 * @param {PollAction} action
 * @param {{poll_id: string, revision: number}} seen the poll as it stands on the screen
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

/** What is said once it is done. @param {object} poll after it */
export function saidOf({ step }, poll, now) {
  switch (step) {
    case "open":
      return "The poll opens in three seconds.";
    case "schedule":
      return `Scheduled for ${moment(poll.opens_at, now)}.`;
    case "move":
      return `Moved to ${moment(poll.opens_at, now)}.`;
    case "take_back":
      return "Taken back: it is a draft again.";
    case "extend":
      return poll.closes_at
        ? `It closes later now: ${moment(poll.closes_at, now)}.`
        : "It stays open until somebody closes it.";
    case "close":
      return "The poll closes in three seconds.";
    case "archive":
      return "The poll is archived.";
    default:
      return "The poll is deleted.";
  }
}

/**
 * What undoes a step, where that is safe and still possible.
 * @param {PollAction} action
 * @param {object} before the poll before it
 * @param {number} now server time in ms
 * @returns {PollAction|null}
 */
export function undoOf({ step }, before, now) {
  const ahead = (time) => Boolean(time) && Date.parse(time) > now;
  const { opens_at, closes_at } = before;
  if (step === "schedule") return { step: "take_back" };
  if (step === "take_back" && ahead(opens_at)) return { step: "schedule", times: { opens_at } };
  if (step === "move" && ahead(opens_at)) return { step: "move", times: { opens_at, closes_at } };
  return null;
}

/** By step: what the dialog asks, what it tells, and its two answers. */
const ASKED = {
  close: {
    title: "Close this poll now?",
    tells: ["Votes are taken for three more seconds, then never again. This cannot be undone."],
    no: "Keep it open",
    yes: "Close now",
  },
  archive: {
    title: "Archive this poll?",
    tells: [
      "The key that ties its votes to the people who cast them is destroyed: from then on nobody can work out who cast which vote. Two things remain: a receipt still finds its vote, and backups hold the key for up to 35 days.",
      "Results, recounts and exports stay. Voters cannot ask for their receipt again. This cannot be undone.",
    ],
    no: "Not yet",
    yes: "Archive",
  },
  delete: {
    draft: {
      title: "Delete this draft?",
      tells: ["Nobody has voted in it. Its question and options are gone for good. This cannot be undone."],
      no: "Keep it",
      yes: "Delete",
    },
    archived: {
      title: "Delete this poll?",
      tells: [
        "Its question, options and settings are destroyed here and wherever they were told, and its links lead nowhere. Download what you want to keep first.",
        "The anonymous log of its votes and their counts stay: nobody may remove a vote, and without its poll a vote says only that somebody once chose this or that. This cannot be undone.",
      ],
      no: "Keep it",
      yes: "Delete for good",
    },
  },
};

/** @returns {{title: string, tells: string[], no: string, yes: string}|null} null: it is done without asking */
export const askedBefore = (step, lifecycle) => (step === "delete" ? ASKED.delete[lifecycle] : ASKED[step]) ?? null;

const DID = {
  poll_created: () => "created it",
  poll_opened: (about, now) => (about ? `scheduled it for ${moment(about, now)}` : "opened it"),
  poll_changed: (about) => (about ? `changed it (${about})` : "changed it"),
  poll_closed: () => "closed it",
  poll_archived: () => "archived it",
};

/** One press of a step, so that it can be known again when it is pressed again after a lost answer. */
export const pressOf = (action, { poll_id, revision }) => JSON.stringify([action, poll_id, revision]);

const ENTRY_OF = { open: "poll_opened", schedule: "poll_opened", close: "poll_closed", archive: "poll_archived" };

/**
 * Did a press whose answer was lost carry the step out? It did if that is the one change since, and the organiser's own.
 * @param {PollAction} action
 * @param {{name: string, action: string, revision?: number}[]} entries of the poll's audit log
 * @param {number} seen the revision that the step was decided by
 * @param {string} me the user name
 * @param {object} poll as it is now
 */
export function wasCarriedOut({ step, times = {} }, entries, seen, me, poll) {
  const [entry, ...others] = entries.filter(({ revision }) => revision > seen);
  const own = entry?.name === me && entry.action === (ENTRY_OF[step] ?? "poll_changed") && others.length === 0;
  const same = ([name, time]) => (time && Date.parse(time)) === (poll[name] && Date.parse(poll[name]));
  return own && Object.entries(times).every(same) && (step !== "take_back" || poll.status === "draft");
}

/**
 * Who was quicker, what they did and when, once a step was refused for that.
 * @param {{name: string, at: string, action: string, revision?: number, about?: string}[]} entries of the audit log, newest first
 * @param {number} seen the revision that the step was decided by
 * @param {string|undefined} told what the API says of it, for want of an entry
 */
export function revisionConflict(entries, seen, told, now) {
  const entry = entries.find(({ action, revision }) => revision > seen && action in DID);
  const who = entry
    ? `${entry.name} ${DID[entry.action](entry.about, now)} at ${moment(entry.at, now)}`
    : (told ?? "Somebody changed it");
  return `${who}. Nothing of yours was done. This is the poll as it is now: decide anew.`;
}
