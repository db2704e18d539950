// What a poll says inside somebody else's page: what our own page says to whoever has not voted, but for how to vote.
import { total } from "./status-text.js";
import { phaseOf } from "./clock.js";
import { phrase } from "./i18n.js";
import { serverNow } from "./voter.js";
import { message } from "./messages.js";

/**
 * @returns {{phase: "soon"|"open"|"closed"|"gone", title: string, detail: string, ticker: string, total: string}}
 *   `gone`: there is no such poll any more, or it has been taken back.
 */
export function frameWords(state, now) {
  const { load, poll } = state;
  if (load === "unknown" || poll.status === "draft") {
    return { phase: "gone", title: phrase("unknown.title"), detail: phrase("unknown.detail"), ticker: "", total: "" };
  }
  const phase = phaseOf(poll, serverNow(state, now));
  const { title, detail, ticker } = message(state, now);
  const words = phase === "open" ? { title: phrase("frame.title"), detail: phrase("frame.detail") } : { title, detail };
  return { phase, ...words, ticker, total: total(state, phase, "frame.after_vote") };
}
