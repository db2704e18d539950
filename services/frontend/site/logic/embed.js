// The texts of a poll embedded in a page of another site. No I/O, no DOM.

import { phaseOf, serverNow } from "./clock.js";
import { phrase } from "./i18n.js";
import { total } from "./status-text.js";
import { voterMessage } from "./voter-message.js";

/** @import { VoterState } from "page-state" */

/**
 * Return the texts of an embedded poll: those of the voter's page for a visitor without a vote, except how to vote.
 * @param {VoterState} state
 * @param {number} now device time in ms
 * @returns {{phase: "soon"|"open"|"closed"|"gone", title: string, detail: string, ticker: string, total: string}}
 *   `gone`: the poll was deleted or is a draft again
 */
export function embedTexts(state, now) {
  const { load, poll } = state;
  const phase = poll && load !== "unknown" ? phaseOf(poll, serverNow(state, now)) : "draft";
  if (phase === "draft") {
    return { phase: "gone", title: phrase("unknown.title"), detail: phrase("unknown.detail"), ticker: "", total: "" };
  }
  const { title, detail, ticker } = voterMessage(state, now);
  const words = phase === "open" ? { title: phrase("embed.title"), detail: phrase("embed.detail") } : { title, detail };
  return { phase, ...words, ticker, total: total(state, phase, "embed.after_vote") };
}
