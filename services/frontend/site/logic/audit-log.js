// The audit log in words. No I/O, no clock, no DOM.

import { changedIn, REVERTED } from "./settings.js";

/** @type {Record<string, string>} */
const DONE = {
  "poll.created": "created",
  "poll.opened": "opened",
  "poll.changed": "changed",
  "poll.closed": "closed",
  "poll.archived": "archived",
  "poll.deleted": "deleted",
  "image.stored": "uploaded a picture",
  "codes.minted": "generated codes",
  "recount.requested": "requested a recount of",
  "results.exported": "exported",
  "member.invited": "invited",
  "member.role_changed": "changed the role of",
  "member.removed": "removed",
  "presenter.signed_in": "signed in on a presenter",
  "counters.rebuilt": "rebuilt the counters of",
  "records.redriven": "reprocessed the invalid records of",
};
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const day = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
const second = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });

/**
 * Return the words of an audit event, such as "changed the question, the end". An unknown action is shown by its name.
 * @param {{action: string, about?: string|null}} entry
 */
export function auditActionOf({ action, about }) {
  const done = DONE[action] ?? action.replaceAll(/[._]/g, " ");
  if (action === "poll.deleted") return "deleted a poll";
  if (!about || action === "image.stored") return done;
  if (action === "poll.opened" && INSTANT.test(about)) return `scheduled for ${day.format(new Date(about))}`;
  if (action === "poll.changed") {
    const changed = changedIn(about);
    const other = changed.filter((name) => name !== REVERTED);
    const verbs = [
      other.length < changed.length && "reverted to draft",
      other.length > 0 && `changed ${other.join(", ")}`,
    ];
    return verbs.filter(Boolean).join(" and ");
  }
  if (action === "codes.minted") return `made ${about}`;
  if (["member.invited", "member.role_changed"].includes(action))
    return `${done} ${about.replace(": ", action === "member.role_changed" ? " to " : " as ")}`;
  return `${done} ${about}`;
}

/** Return the time of an audit event, to the second, in the time zone of the reader. @param {{at: string}} entry */
export const whenOf = ({ at }) => second.format(new Date(at));

/** Return the time of an audit event in UTC. @param {{at: string}} entry */
export const utcOf = ({ at }) => `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/**
 * Return the name of the poll that an audit event is about.
 * @param {string} poll_id
 * @param {{poll_id: string, question: string}[]} polls the known polls
 * @param {Iterable<string>} gone ids of polls known to be deleted
 * @returns {{text: string, there: boolean}} `there`: the poll can be opened
 */
export function pollOf(poll_id, polls, gone) {
  if (new Set(gone).has(poll_id)) return { text: "a poll, deleted since", there: false };
  const known = polls.find((poll) => poll.poll_id === poll_id);
  return { text: known ? known.question : `poll ${poll_id.slice(0, 6)}…`, there: true };
}

/**
 * Return the ids of the polls that audit events report as deleted.
 * @param {{action: string, poll_id?: string|null}[]} entries
 * @returns {string[]}
 */
export const deletedIn = (entries) =>
  entries.filter(({ action }) => action === "poll.deleted").map(({ poll_id }) => poll_id ?? "");
