// The texts about a poll's policy.
import { phrase } from "./i18n.js";

/** @import { PublicPoll } from "contracts" */
/** @typedef {PublicPoll["policy"]} Policy */

const ONE_VOTE_PER = { device: "policy.device", code: "policy.code", network: "policy.network" };
const ABOUT = { device: "policy.about_device", code: "policy.about_code", network: "policy.about_network" };
/** @type {Policy[]} */
export const POLICIES = ["device", "code", "network"];

/** Return the identity that has one vote. @param {Policy} policy */
export const oneVotePer = (policy) => phrase(ONE_VOTE_PER[policy]);

/** Return the strength of a policy, for organisers. @param {Policy} policy */
export const aboutPolicy = (policy) => phrase(ABOUT[policy]);

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
