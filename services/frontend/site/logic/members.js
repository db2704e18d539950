// Who runs polls, in words, and what an invitation must say. No I/O, no DOM.
import { wordsOf } from "./refusals.js";

const NAME = /^[a-z0-9][a-z0-9._-]{1,31}$/;
const ADDRESS = /^[^@\s,;<>"\p{C}]{1,64}@[^@\s,;<>"\p{C}]+\.[^@\s,;<>".\p{C}]+$/u;

export const EMPTY_INVITE = Object.freeze({ name: "", email: "", role: "editor" });

const STATUS = {
  invited: "Invited: the first password in the e-mail is good for three days",
  active: "Active",
  disabled: "Locked by an operator",
};

/** @param {{status: string, since: string}} person */
export const statusOf = ({ status }) => STATUS[status] ?? status;

/**
 * What is wrong with an invitation, by field: what the API would say, before it is asked.
 * @param {{name: string, email: string}} invite
 */
export function errorsIn({ name, email }) {
  const errors = {};
  if (!NAME.test(name.trim())) {
    errors.name = "2 to 32 small letters, digits, dots, dashes or underscores, such as ada.l; no e-mail address";
  }
  if (!ADDRESS.test(email.trim()) || email.trim().length > 254)
    errors.email = "One e-mail address, such as ada@example.com";
  return errors;
}

export const bodyOf = ({ name, email, role }) => ({ name: name.trim(), email: email.trim(), role });

/**
 * A refusal, taken apart: what belongs to a field, and what to say beside them.
 * @param {number} status 0 where nothing came back
 * @param {{title?: string, detail?: string, errors?: {field: string, message: string}[]}} problem
 * @param {string[]} fields that the form has
 */
export function refusalOf(status, problem, fields = []) {
  const errors = {};
  const rest = [];
  for (const { field, message } of problem.errors ?? []) {
    if (fields.includes(field)) errors[field] ??= message;
    else rest.push(message);
  }
  if (Object.keys(errors).length && !rest.length) return { errors, words: "" };
  const { title, detail, advice } = wordsOf(status, problem);
  const way = status === 0 ? "It may have been done or not: look again before you ask again." : advice;
  const words = [`${title}.`, ...([detail, ...rest].some(Boolean) ? [detail, ...rest] : [way])]
    .filter(Boolean)
    .join(" ");
  return { errors, words };
}
