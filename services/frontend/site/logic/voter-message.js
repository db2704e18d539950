// The message to the voter, by the state of the page. The phrases are in `site/locales`.
import { phaseOf, secondsUntil, serverNow } from "./clock.js";
import { LENGTH, plain } from "./code.js";
import { countdown, percent, phrase, phraseAt, span } from "./i18n.js";
import { rule } from "./policy-text.js";
import { leader, percents } from "./results.js";
import { codeIn, preselectedIn, voteIn } from "./voter.js";
import { refused } from "./voter-refusals.js";

/** @import { Choice, PublicPoll } from "contracts" */
/** @import { Answer, Attempt, VoterMessage, Mine, VoterState } from "page-state" */

const AT_ONCE_SECONDS = 120;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;

/**
 * Return the message to the voter.
 * @param {VoterState} state
 * @param {number} now device time in ms
 * @returns {VoterMessage}
 */
export function voterMessage(state, now) {
  const poll = state.poll;
  if (!poll) return say("calm", "");
  const at = serverNow(state, now);
  const { mine, attempt, answer } = voteIn(state);
  const phase = phaseOf(poll, at);

  if (attempt) return sending(attempt, poll, at, now);
  if (answer?.kind === "other" && phase !== "closed") return alreadyVoted(poll, mine, now);
  if (answer?.kind === "closed" && !mine) return say("trouble", phrase("late.title"), phrase("late.detail"));
  const flaw = flawOf(answer, codeIn(state));
  if (flaw && phase !== "closed") return flaw;
  if (answer?.kind === "unknown") return say("trouble", phrase("gone.title"), phrase("gone.detail"));
  if (answer?.kind === "refused") return say("trouble", ...refused(answer));
  if (phase === "closed") return closed(state, poll, mine);
  if (!state.cookies && !mine) return say("trouble", phrase("cookies.title"), phrase("cookies.detail"));
  if (mine) return recorded(poll, mine, answer?.kind === "again", now);
  if (phase === "soon") return soon(poll, at);
  return invitation(state, poll, at);
}

/**
 * Return how to vote. A preselected option is named, and that it is no vote yet.
 * @param {VoterState} state
 * @param {PublicPoll} poll
 * @param {number} at server time in ms
 */
function invitation(state, poll, at) {
  const marked = preselectedIn(state);
  const detail = [marked && phrase("marked.detail", { option: labelOf(poll, marked) }), rule(poll)];
  const tap = marked ? "marked.title" : "vote.title";
  const title = poll.policy === "code" && !plain(codeIn(state)) ? "vote.code_title" : tap;
  return say("calm", phrase(title), detail.filter(Boolean).join(" "), { ticker: closes(poll, at) });
}

/**
 * @param {VoterMessage["tone"]} tone
 * @param {string} title
 * @param {string} detail
 * @param {Partial<VoterMessage>} more
 * @returns {VoterMessage}
 */
const say = (tone, title, detail = "", more = {}) => ({ tone, title, detail, ticker: "", receipt: null, ...more });

/** @param {PublicPoll} poll @param {Choice} choice */
const labelOf = (poll, choice) => poll.options[choice].label;

/** @param {PublicPoll} poll @param {Mine|null} mine @param {number} now */
function alreadyVoted(poll, mine, now) {
  if (poll.policy === "network" && !mine) {
    return say("firm", phrase("other_network.title"), phrase("other_network.detail"));
  }
  const first = mine && phraseAt("other_mine", mine.recorded_at, now, { option: labelOf(poll, mine.choice) });
  const detail = [phrase("other.detail"), first].filter(Boolean).join(" ");
  return say("firm", phrase("other.title"), detail, { receipt: mine?.receipt ?? null });
}

/** @param {PublicPoll} poll @param {Mine} mine @param {boolean} again @param {number} now */
function recorded(poll, mine, again, now) {
  const option = labelOf(poll, mine.choice);
  if (poll.rehearsal) return say("good", phrase("rehearsal.title"));
  const { recorded_at, receipt } = mine;
  if (again) return say("good", phrase("again.title"), phraseAt("again", recorded_at, now, { option }), { receipt });
  return say("good", phrase("recorded.title"), phraseAt("recorded", recorded_at, now, { option }), { receipt });
}

/**
 * Return a countdown for an opening that is near, its time in the voter's time zone for a later one.
 * @param {PublicPoll} poll
 * @param {number} at server time in ms
 */
function soon(poll, at) {
  const left = secondsUntil(poll.opens_at, at) ?? 0;
  const ticker = left < DAY_SECONDS ? countdown(left) : "";
  if (left <= AT_ONCE_SECONDS) return say("calm", phrase("soon.title"), phrase("soon.detail"), { ticker });
  const title = phraseAt("opens", poll.opens_at ?? "", at, {}, { zone: true });
  return say("calm", title, phrase("opens.detail"), { ticker });
}

/** @param {PublicPoll} poll @param {number} at server time in ms */
function closes(poll, at) {
  const left = secondsUntil(poll.closes_at, at);
  if (left === null || poll.closes_at === null) return "";
  return left < HOUR_SECONDS ? phrase("closes.in", { time: countdown(left) }) : phraseAt("closes", poll.closes_at, at);
}

/** @param {Answer|null} answer @param {string} code @returns {VoterMessage|null} */
function flawOf(answer, code) {
  switch (answer?.kind) {
    case "no_code":
      return say("trouble", phrase("no_code.title"), phrase("no_code.detail"));
    case "short_code": {
      const counts = { length: LENGTH, count: plain(code).length };
      return say("trouble", phrase("short_code.title"), phrase("short_code.detail", counts));
    }
    case "invalid_code":
      return say("trouble", phrase("invalid_code.title"), phrase("invalid_code.detail"));
    default:
      return null;
  }
}

/**
 * @param {Attempt} attempt
 * @param {PublicPoll} poll
 * @param {number} at server time in ms
 * @param {number} now device time in ms
 */
function sending({ choice, reason, again_at }, poll, at, now) {
  const option = labelOf(poll, choice);
  /** @param {string} title @param {string} detail */
  const busy = (title, detail, ticker = "") => say("busy", phrase(title), phrase(detail, { option }), { ticker });
  const left = again_at === null ? null : Math.max(0, Math.ceil((again_at - now) / 1000));
  const wait = left === null ? "" : phrase("sending.again", { time: span(left) });
  switch (reason) {
    case "offline":
      return busy("sending.offline_title", "sending.offline");
    case "unreachable":
      return busy("sending.unreachable_title", "sending.unreachable", wait);
    case "crowded":
      return busy("sending.crowded_title", "sending.crowded", wait);
    case "busy":
      return busy("sending.busy_title", "sending.busy", wait);
    case "proving":
      return busy("sending.proving_title", "sending.proving");
    case "wait":
      return busy("sending.wait_title", "sending.wait", countdown(secondsUntil(poll.opens_at, at) ?? 0));
    default:
      return busy("sending.first_title", "sending.first");
  }
}

/** @param {VoterState} state @param {PublicPoll} poll @param {Mine|null} mine */
function closed(state, poll, mine) {
  const yours = mine && phrase("closed.yours", { option: labelOf(poll, mine.choice) });
  const { results } = state;
  /** @param {string} title @param {string|false} [first] */
  const end = (title, first) =>
    say("firm", title, [first, yours].filter(Boolean).join(" "), { receipt: mine?.receipt ?? null });
  if (!results) return end(phrase("closed.title"), state.hidden === "never" && phrase("closed.private"));
  if (results.status !== "closed") return end(phrase("closed.title"), phrase("closed.counting"));
  const ahead = leader(results.counts);
  if (ahead === "none") return end(phrase("empty.title"), phrase("empty.detail"));
  const n = results.total;
  if (ahead === "tie") return end(phrase("tie.title"), phrase("tie.detail", { n }));
  const share = percents(results.counts);
  const [most, least] = [share[ahead], share[ahead === "a" ? "b" : "a"]].map(percent);
  return end(phrase("final.title", { option: labelOf(poll, ahead) }), phrase("final.detail", { most, least, n }));
}
