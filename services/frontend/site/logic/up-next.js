// The draft that is up next, and the texts of opening it in place of the open poll. No I/O, no DOM.
import { phrase } from "./i18n.js";

/** @import { Poll } from "contracts" */

/** Where this device stores the drafts that an organiser has put first, as a JSON list of their ids. */
export const ORDER_KEY = "tot.next";

/**
 * Return the drafts in the order in which they are up next: those that were put first on this device, then the others from
 * the oldest on, as an event's questions are written.
 * @param {Poll[]} polls newest first
 * @param {string|null} stored
 */
export function upNext(polls, stored) {
  const first = orderIn(stored);
  /** @param {Poll} poll */
  const place = ({ poll_id }) => (first.includes(poll_id) ? first.indexOf(poll_id) : first.length);
  return polls
    .filter(({ status }) => status === "draft")
    .reverse()
    .sort((one, other) => place(one) - place(other));
}

/** Return the stored order with a poll put first. @param {string|null} stored @param {string} pollId */
export const putFirst = (stored, pollId) =>
  JSON.stringify([pollId, ...orderIn(stored).filter((id) => id !== pollId)].slice(0, 100));

/** @param {string|null} stored @returns {string[]} */
function orderIn(stored) {
  try {
    const order = JSON.parse(stored ?? "[]");
    return Array.isArray(order) ? order : [];
  } catch {
    return [];
  }
}

/**
 * Return the text after both requests, or after the first of them.
 * @param {Poll|null} closing the poll that closes, once the API has accepted that
 * @param {Poll} next
 * @param {number} seconds
 */
export const openedText = (closing, next, seconds) =>
  closing
    ? phrase("next.both", { closing: closing.question, next: next.question, seconds })
    : phrase("next.opens", { next: next.question, seconds });

/** Return the title of a failure after the first request: which of both happened. @param {Poll} closing @param {Poll} next */
export const halfDone = (closing, next) => phrase("next.half_done", { closing: closing.question, next: next.question });
