// Refusals of the APIs in words for voters. The phrases are in `site/locales`.
import { language, phrase } from "./i18n.js";

/** @import { Answer } from "page-state" */

const RELOAD = "refused.detail";

/**
 * The phrases of refusals that a voter may get, by the slug of the problem: a title and advice.
 * @type {Record<string, [string, string]>}
 */
export const REFUSED = {
  "invalid-voter-token": ["refused.invalid_voter_token", RELOAD],
  "voter-token-expired": ["refused.invalid_voter_token", RELOAD],
  "cross-origin-forbidden": ["refused.cross_origin_forbidden", RELOAD],
  "validation-failed": ["refused.title", RELOAD],
  "no-voter-token": ["cookies.title", "cookies.detail"], // it was issued a moment ago, and the browser did not return it
  "not-allowed": ["refused.title", RELOAD],
  "not-json": ["refused.title", RELOAD],
  "origin-not-verified": ["refused.cross_origin_forbidden", RELOAD],
  "proof-needed": ["refused.proof_needed", RELOAD],
  "too-large": ["refused.title", RELOAD],
  "voter-token-lost": ["refused.token_lost", "refused.token_lost_detail"],
};

/**
 * Return the page's own words, a title and advice: the titles of the API are English and meant for programs. In English
 * the API's detail replaces the general advice.
 * @param {Answer} answer
 * @returns {[title: string, advice: string]}
 */
export function refused({ slug, detail }) {
  const [title, advice] = REFUSED[slug ?? ""] ?? ["refused.title", RELOAD];
  const own = advice === RELOAD && language() === "en" && detail;
  return [phrase(title), own || phrase(advice)];
}
