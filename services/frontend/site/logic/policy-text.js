// The voter's texts about a poll's policy, in `site/locales`: its rule for one vote each, and the strength of the rule.
import { phrase } from "./i18n.js";

/** @import { PublicPoll } from "contracts" */

/** The meaning of one vote each. */
const RULE = { device: "rule.device", code: "rule.code", network: "rule.network" };

/** The strength of "one vote each". */
const STRENGTH = { device: "strength.device", code: "strength.code", network: "strength.network" };

/** @param {PublicPoll} poll */
export const rule = (poll) => phrase(RULE[poll.policy]);

/** @param {PublicPoll} poll */
export const strength = (poll) => phrase(STRENGTH[poll.policy]);
