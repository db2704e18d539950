// Refusals of the APIs in words for organisers, with advice, on the dashboard and the presenter. No I/O, no DOM.
import { ofApi } from "./api-detail.js";
import { language, phrase } from "./i18n.js";

/** @import { PartialProblem } from "page-state" */
/** @typedef {[title: string, advice: string, own?: boolean]} Refusal `own`: the API's title is meant for programs */

const RELOAD = "refusal.reload";
const UNCERTAIN = "refusal.uncertain";

/** By the slug of the problem: the phrases of its title and of advice. @type {Record<string, Refusal>} */
export const REFUSALS = {
  "another-poll-active": ["refusal.another_poll", "refusal.another_poll_advice"],
  "revision-conflict": ["refusal.changed", "refusal.changed_advice"],
  "cross-origin-forbidden": ["refusal.other_address", "refusal.public_address", true],
  internal: ["refusal.internal", UNCERTAIN],
  "validation-failed": ["refusal.not_accepted", RELOAD, true],
  "not-allowed": ["refusal.signed_out", "refusal.signed_out_advice", true],
  "not-an-image": ["refusal.no_image", "refusal.other_file"],
  "not-found": ["refusal.gone", RELOAD, true],
  "not-json": ["refusal.no_fit", RELOAD, true],
  "origin-not-verified": ["refusal.no_services", "refusal.no_services_advice", true],
  "cannot-modify-self": ["refusal.own_account", "refusal.own_account_advice"],
  "member-exists": ["refusal.member_exists", "refusal.member_exists_advice"],
  "invalid-results-pass": ["refusal.no_results", "refusal.reload_page", true],
  "results-hidden": ["refusal.hidden", "refusal.hidden_advice"],
  "insufficient-role": ["refusal.role", "refusal.role_advice"],
  throttled: ["refusal.throttled", "refusal.wait"],
  "too-large": ["refusal.too_large", "refusal.too_large_advice", true],
  unavailable: ["refusal.unavailable", UNCERTAIN],
  "member-not-found": ["refusal.no_member", "refusal.no_member_advice"],
  "unknown-poll": ["refusal.no_poll", "refusal.no_poll_advice"],
  "invalid-state": ["refusal.state", "refusal.state_advice"],
};

/** By the status of an answer without a problem, as gateways give. @type {Record<number, Refusal>} */
const BARE = {
  0: ["refusal.unreachable", UNCERTAIN],
  401: ["refusal.expired", "refusal.sign_in_again"],
  403: ["refusal.not_allowed", "refusal.not_allowed_advice"],
  413: REFUSALS["too-large"],
  429: ["refusal.too_many", "refusal.wait"],
};

/**
 * Return the words of a refusal. A detail of the API takes precedence over the general advice. The API's texts are English:
 * in another language the page has its own alone.
 * @param {number} status 0: no answer
 * @param {PartialProblem} problem
 * @returns {{title: string, detail: string, advice: string}} `detail`: the API's own; `advice`: general
 */
export function wordsOf(status, { type, title, detail }) {
  const slug =
    String(type ?? "")
      .split("/")
      .pop() ?? "";
  const known = Object.hasOwn(REFUSALS, slug) ? REFUSALS[slug] : null;
  if (!known && title)
    return { title, detail: detail ?? "", advice: status === 0 || status >= 500 ? phrase(UNCERTAIN) : "" };
  const [name, advice, own] = known ?? BARE[status] ?? ["refusal.failed", status >= 500 ? UNCERTAIN : RELOAD, true];
  const ours = own || !title || language() !== "en";
  return { title: ours ? phrase(name) : title, detail: ofApi(detail), advice: phrase(advice) };
}
