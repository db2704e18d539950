// Sharing a poll: its link, and the HTML that embeds it in a page of another site. No I/O, no DOM.
import { phrase } from "./i18n.js";

/** @import { Lifecycle } from "page-state" */

/** Return the link of a poll. @param {string} origin of this site @param {string} pollId */
export const linkOf = (origin, pollId) => `${origin}/p/${pollId}`;

/** Return the link of a poll's presenter, on this site. @param {string} pollId */
export const presenterLinkOf = (pollId) => `/present/?poll=${pollId}`;

/** @type {Record<string, string>} */
const entity = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** @param {string} text */
const escaped = (text) => text.replaceAll(/[&<>"]/g, (one) => entity[one]);

/**
 * Return the HTML that embeds a poll. The question is escaped, so that it cannot leave its attribute.
 * @param {string} origin
 * @param {{poll_id: string, question: string}} poll
 */
export const embedCodeOf = (origin, { poll_id, question }) =>
  `<iframe src="${origin}/embed/${poll_id}" title="${escaped(question)}" width="100%" height="360" style="border: 0" loading="lazy"></iframe>`;

/** Return the hint about the link. @param {Lifecycle} lifecycle */
export const linkHint = (lifecycle) => phrase(lifecycle === "draft" ? "sharing.hint_draft" : "sharing.hint");
