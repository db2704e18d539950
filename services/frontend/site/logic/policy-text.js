// The texts about a poll's policy: for organisers in English, for voters in `site/locales`.
import { phrase } from "./i18n.js";

/** @import { PublicPoll } from "contracts" */
/** @typedef {PublicPoll["policy"]} Policy */

/** The identity that has one vote. @type {Record<Policy, string>} */
export const ONE_VOTE_PER = { device: "browser", code: "code", network: "network" };

/** The strength of each policy, for organisers. @type {Record<Policy, string>} */
export const ABOUT_POLICY = {
  device: "Nothing to prepare. A voter who clears cookies or uses another browser can vote again.",
  code: "The strongest: you hand a single-use code to each voter. Make the codes once the draft is there.",
  network:
    "Locks people out: in a school, an office or a home all share one vote. And another network is another vote.",
};

/** Return the presenter's hint for voters that have found the page. @param {Policy} policy */
export const howToVote = (policy) => (policy === "code" ? phrase("present.code") : "");

/** The meaning of one vote each. */
const RULE = { device: "rule.device", code: "rule.code", network: "rule.network" };

/** The strength of "one vote each". */
const STRENGTH = { device: "strength.device", code: "strength.code", network: "strength.network" };

/** @param {PublicPoll} poll */
export const rule = (poll) => phrase(RULE[poll.policy]);

/** @param {Pick<PublicPoll, "policy">} poll */
export const strength = (poll) => phrase(STRENGTH[poll.policy]);
