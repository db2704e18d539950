// The audit log in words. No I/O, no clock, no DOM.

import { dateToSecond, dateWithTime, phrase } from "./i18n.js";
import { PERMISSIONS, roleName } from "./role.js";
import { changedIn } from "./settings.js";

/** By action: the phrase without details, and the one with them. @type {Record<string, [string, string]>} */
const DONE = {
  "poll.created": ["log.created", "log.created"],
  "poll.opened": ["log.opened", "log.opened"],
  "poll.changed": ["log.changed", "log.changed_fields"],
  "poll.closed": ["log.closed", "log.closed"],
  "poll.archived": ["log.archived", "log.archived"],
  "poll.deleted": ["log.deleted", "log.deleted"],
  "image.stored": ["log.picture", "log.picture"],
  "codes.minted": ["log.codes", "log.codes_made"],
  "recount.requested": ["log.recount", "log.recount"],
  "results.exported": ["log.exported", "log.exported_what"],
  "member.invited": ["log.invited", "log.invited_as"],
  "member.role_changed": ["log.role", "log.role_changed"],
  "member.removed": ["log.removed", "log.removed_member"],
  "presenter.signed_in": ["log.presenter", "log.presenter"],
  "counters.rebuilt": ["log.rebuilt", "log.rebuilt"],
  "records.redriven": ["log.redriven", "log.redriven"],
};
const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/**
 * Return the words of an audit event, such as "changed the question, the end". An unknown action is shown by its name.
 * @param {{action: string, about?: string|null}} entry
 */
export function auditActionOf({ action, about }) {
  const [plain, detailed] = DONE[action] ?? [];
  if (!plain) return [action.replaceAll(/[._]/g, " "), about].filter(Boolean).join(" ");
  if (!about) return phrase(plain);
  if (action === "poll.opened" && INSTANT.test(about)) return phrase("log.scheduled", { time: dateWithTime(about) });
  if (action === "poll.changed") return changed(about);
  const [name, role] = about.split(": ");
  return phrase(detailed, { about, name, role: role && role in PERMISSIONS ? roleName(role) : (role ?? "") });
}

/** @param {string} about */
function changed(about) {
  const fields = changedIn(about);
  const names = fields.filter((name) => name !== phrase("log.reverted")).join(", ");
  if (names === fields.join(", ")) return phrase("log.changed_fields", { names });
  return names ? phrase("log.reverted_and_changed", { names }) : phrase("log.reverted");
}

/** Return the time of an audit event, to the second, in the time zone of the reader. @param {{at: string}} entry */
export const whenOf = ({ at }) => dateToSecond(at);

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
  if (new Set(gone).has(poll_id)) return { text: phrase("log.deleted_since"), there: false };
  const known = polls.find((poll) => poll.poll_id === poll_id);
  return { text: known ? known.question : phrase("log.poll", { id: poll_id.slice(0, 6) }), there: true };
}

/**
 * Return the ids of the polls that audit events report as deleted.
 * @param {{action: string, poll_id?: string|null}[]} entries
 * @returns {string[]}
 */
export const deletedIn = (entries) =>
  entries.filter(({ action }) => action === "poll.deleted").map(({ poll_id }) => poll_id ?? "");
