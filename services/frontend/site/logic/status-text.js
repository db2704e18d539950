// What stands around the message to the voter: totals, rules, the state of the connection.
import { percent, phrase } from "./i18n.js";
import { percents } from "./results.js";
import { voteIn } from "./voter.js";

/** How strong "one vote each" is in a poll, said to everybody who looks at it. */
const STRENGTH = { device: "strength.device", code: "strength.code", network: "strength.network" };

export const strength = (poll) => phrase(STRENGTH[poll.policy]);

function whyNoCounts(state, phase, afterVote) {
  const rule = state.hidden ?? state.poll.result_visibility;
  const over = phase === "closed";
  if (phase === "soon") return phrase("hidden.soon");
  if (rule === "never") return phrase("hidden.never");
  if (rule === "after_close" && !over) return phrase("hidden.after_close");
  if (rule === "after_vote" && !over && !voteIn(state).mine) return phrase(afterVote);
  return phrase("hidden.coming");
}

/**
 * How many votes there are, and where counts are hidden until when; some polls tell how many meanwhile.
 * @param {string} afterVote what is said where they show to those who have voted
 */
export function total(state, phase, afterVote = "hidden.after_vote") {
  const votes = phase === "closed" ? "votes" : "votes_so_far";
  if (state.results) return phrase(votes, { n: state.results.total });
  const why = whyNoCounts(state, phase, afterVote);
  return state.turnout ? `${phrase(votes, { n: state.turnout.total })} · ${why}` : why;
}

/** How many watch; or, where that is not known for want of a connection, what that means for what is shown. */
export function beside(state, mode) {
  if (mode === "delayed" || mode === "offline") return liveWords(mode).hint;
  return mode === "live" && state.viewers ? phrase("viewers", { n: state.viewers }) : "";
}

/** That the page has moved on to another poll, and how a vote ended on the one before. */
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

const LIVE = {
  connecting: ["live.connecting", "live.connecting_hint"],
  live: ["live.live", "live.live_hint"],
  delayed: ["live.delayed", "live.delayed_hint"],
  offline: ["live.offline", "live.offline_hint"],
};

/** @param {"connecting"|"live"|"delayed"|"offline"} mode */
export function liveWords(mode) {
  const [label, hint] = LIVE[mode];
  return { label: phrase(label), hint: phrase(hint) };
}

/** Read out now and then while people vote: a summary, not a stream. */
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
