// The texts around the message to the voter: totals, the state of the connection.
import { percent, phrase } from "./i18n.js";
import { percents } from "./results.js";
import { voteIn } from "./voter.js";

/** @import { Counts, PublicPoll } from "contracts" */
/** @import { LiveMode, Phase, VoterState } from "page-state" */

/** @param {VoterState} state @param {Phase} phase @param {string} afterVote */
function whyNoCounts(state, phase, afterVote) {
  const rule = state.hidden ?? state.poll?.result_visibility;
  const over = phase === "closed";
  if (phase === "soon") return phrase("hidden.soon");
  if (rule === "never") return phrase("hidden.never");
  if (rule === "after_close" && !over) return phrase("hidden.after_close");
  if (rule === "after_vote" && !over && !voteIn(state).mine) return phrase(afterVote);
  return phrase("hidden.coming");
}

/**
 * Return the number of votes, or when hidden counts are shown; some polls show their turnout until then.
 * @param {VoterState} state
 * @param {Phase} phase
 * @param {string} afterVote the phrase for counts that are shown after a vote
 */
export function total(state, phase, afterVote = "hidden.after_vote") {
  const votes = phase === "closed" ? "votes" : "votes_so_far";
  if (state.results) return phrase(votes, { n: state.results.total });
  const why = whyNoCounts(state, phase, afterVote);
  return state.turnout ? `${phrase(votes, { n: state.turnout.total })} · ${why}` : why;
}

/**
 * Return the audience; without a live connection, a hint.
 * @param {VoterState} state
 * @param {LiveMode|"offline"} mode
 */
export function beside(state, mode) {
  if (mode === "delayed" || mode === "offline") return liveWords(mode).hint;
  return mode === "live" && state.audience ? phrase("audience", { n: state.audience }) : "";
}

/**
 * Return that the page has switched to another poll, or the outcome of a vote in the one before.
 * @param {VoterState["elsewhere"]} answer
 */
export function elsewhere(answer) {
  switch (answer?.kind) {
    case "recorded":
    case "again":
      return phrase("elsewhere.recorded");
    case "other":
      return phrase("elsewhere.other");
    case "invalid_code":
      return phrase("elsewhere.invalid_code");
    case "switched":
      return phrase("elsewhere.switched");
    case undefined:
      return "";
    default:
      return phrase("elsewhere.lost");
  }
}

/** @type {Record<LiveMode|"offline", [string, string]>} */
const LIVE = {
  connecting: ["live.connecting", "live.connecting_hint"],
  live: ["live.live", "live.live_hint"],
  delayed: ["live.delayed", "live.delayed_hint"],
  offline: ["live.offline", "live.offline_hint"],
};

/** Return the label and the hint of a mode. @param {LiveMode|"offline"} mode */
export function liveWords(mode) {
  const [label, hint] = LIVE[mode];
  return { label: phrase(label), hint: phrase(hint) };
}

/**
 * Return the summary that screen readers announce from time to time during a vote.
 * @param {Pick<PublicPoll, "options">} poll
 * @param {{counts: Counts, total: number}} results
 */
export function summary(poll, results) {
  const share = percents(results.counts);
  return phrase("summary", {
    n: results.total,
    a: poll.options.a.label,
    b: poll.options.b.label,
    a_share: percent(share.a),
    b_share: percent(share.b),
  });
}
