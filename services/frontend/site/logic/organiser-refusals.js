// Refusals of the APIs in words for organisers, with advice, on the dashboard and the presenter. No I/O, no DOM.
/** @import { PartialProblem } from "page-state" */
/** @typedef {[title: string|null, advice: string]} Refusal */

const RELOAD = "Reload the page; what you typed is kept. If it happens again, inform the operator of this site.";
const UNCERTAIN = "Your change may not have been saved. Check the connection and try again.";

/**
 * By the slug of the problem: a title that replaces the API's where that is meant for programs, and advice.
 * @type {Record<string, Refusal>}
 */
export const REFUSALS = {
  "another-poll-active": [null, "Look at the other poll under Polls."],
  "revision-conflict": [null, "Reload the page to see the newest version."],
  "cross-origin-forbidden": ["This page is not at its own address", "Open the page by its public address."],
  internal: [null, UNCERTAIN],
  "validation-failed": ["This was not accepted", RELOAD],
  "not-allowed": ["You are not signed in", "Sign out, then sign in again."],
  "not-an-image": [null, "Choose another file."],
  "not-found": ["This is not there any more", RELOAD],
  "not-json": ["This page and the service do not fit together", RELOAD],
  "origin-not-verified": [
    "The site cannot reach its own services",
    "Open the page by its public address. If you have, inform the operator of this site.",
  ],
  "cannot-modify-self": [null, "Ask another owner to do it."],
  "member-exists": [null, "Choose another name or address."],
  "invalid-results-pass": ["The results cannot be shown", "Reload the page."],
  "results-hidden": [null, "Sign in to see them."],
  "insufficient-role": [null, "An owner can change your role under Members; sign in again afterwards."],
  throttled: [null, "Wait a minute, then try again."],
  "too-large": ["This is too much for one request", "Make it shorter, or smaller, and try again."],
  unavailable: [null, UNCERTAIN],
  "member-not-found": [null, "Another owner has removed this member. Open Members again to see the list."],
  "unknown-poll": [null, "It may have been deleted. Reload the page to see which polls there are."],
  "invalid-state": [null, "Look at where the poll is now, and choose again."],
};

/** By the status of an answer without a problem, as gateways give. @type {Record<number, Refusal>} */
const BARE = {
  0: ["Could not reach the server", UNCERTAIN],
  401: ["Your sign-in has expired", "Sign in again."],
  403: ["You are not allowed to do this", "Sign in again. If it happens again, ask an owner for your role."],
  413: REFUSALS["too-large"],
  429: ["Too many requests at once", REFUSALS.throttled[1]],
};

/**
 * Return the words of a refusal. A detail of the API takes precedence over the general advice.
 * @param {number} status 0: no answer
 * @param {PartialProblem} problem
 * @returns {{title: string, detail: string, advice: string}} `detail`: the API's own; `advice`: general
 */
export function wordsOf(status, { type, title, detail }) {
  const slug =
    String(type ?? "")
      .split("/")
      .pop() ?? "";
  const [own, advice] = (Object.hasOwn(REFUSALS, slug) && REFUSALS[slug]) || bare(status, Boolean(title));
  return { title: own ?? title ?? "That did not work", detail: detail ?? "", advice };
}

/** @param {number} status @param {boolean} titled @returns {Refusal} */
const bare = (status, titled) => {
  if (titled) return [null, status === 0 || status >= 500 ? UNCERTAIN : ""];
  return BARE[status] ?? ["That did not work", status >= 500 ? UNCERTAIN : RELOAD];
};
