// Members and invitations. No I/O, no DOM.
import { ofApi } from "./api-detail.js";
import { phrase } from "./i18n.js";
import { wordsOf } from "./organiser-refusals.js";

/** @import { Invite, PartialProblem } from "page-state" */

const NAME = /^[a-z0-9][a-z0-9._-]{1,31}$/;
const ADDRESS = /^[^@\s,;<>"\p{C}]{1,64}@[^@\s,;<>"\p{C}]+\.[^@\s,;<>".\p{C}]+$/u;

/** @type {Readonly<Invite>} */
export const EMPTY_INVITE = Object.freeze({ name: "", email: "", role: "editor" });

/** @type {Record<string, string>} */
const STATUS = { invited: "account.status_invited", active: "account.active", disabled: "account.disabled" };

/** Return the words of a status. @param {{status: string}} member */
export const statusOf = ({ status }) => (STATUS[status] ? phrase(STATUS[status]) : status);

/**
 * Return the errors in an invitation by field, as the API would.
 * @param {{name: string, email: string}} invite
 */
export function errorsIn({ name, email }) {
  /** @type {Record<string, string>} */
  const errors = {};
  if (!NAME.test(name.trim())) {
    errors.name = phrase("account.flaw_name");
  }
  if (!ADDRESS.test(email.trim()) || email.trim().length > 254) errors.email = phrase("account.flaw_email");
  return errors;
}

/** @param {Invite} invite */
export const bodyOf = ({ name, email, role }) => ({ name: name.trim(), email: email.trim(), role });

/**
 * Split a refusal into the errors of fields and a text.
 * @param {number} status 0: no answer
 * @param {PartialProblem} problem
 * @param {string[]} fields of the form
 * @returns {{errors: Record<string, string>, words: string}}
 */
export function refusalOf(status, problem, fields = []) {
  /** @type {Record<string, string>} */
  const errors = {};
  const rest = [];
  for (const { field, message } of problem.errors ?? []) {
    if (fields.includes(field)) errors[field] ??= message;
    else rest.push(ofApi(message));
  }
  if (Object.keys(errors).length && !rest.length) return { errors, words: "" };
  const { title, detail, advice } = wordsOf(status, problem);
  const way = status === 0 ? phrase("account.uncertain") : advice;
  const words = [`${title}.`, ...([detail, ...rest].some(Boolean) ? [detail, ...rest] : [way])]
    .filter(Boolean)
    .join(" ");
  return { errors, words };
}
