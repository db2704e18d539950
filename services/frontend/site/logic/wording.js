// Everything the voter's page says, by what it knows. Kept apart from markup so that it can be read, and translated.
import { asCountdown, phaseOf, secondsUntil } from "./clock.js";
import { LENGTH, plain } from "./code.js";
import { leader, percents } from "./results.js";
import { codeIn, serverNow, voteIn } from "./voter.js";

const LANGUAGE = "en";
const whole = new Intl.NumberFormat(LANGUAGE);
const plural = new Intl.PluralRules(LANGUAGE);
const clock = new Intl.DateTimeFormat(LANGUAGE, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "short" });
const DAY_MS = 86_400_000;

export const number = (n) => whole.format(n);
export const votes = (n) => `${number(n)} ${plural.select(n) === "one" ? "vote" : "votes"}`;

/** A time of day; with the date once it is not about now. */
export function moment(time, now) {
  const at = Date.parse(time);
  return (Math.abs(at - now) < DAY_MS / 2 ? clock : day).format(at);
}

/** How strong "one vote each" is in this poll, said to everybody who looks at it. */
export const STRENGTH = {
  device: "One vote per browser: whoever uses another one can vote again.",
  code: "One vote per code: as strong as the codes are kept.",
  network: "One vote per network: all who share a connection share it.",
};

/** What "one vote each" means in this poll. */
export const ONE_VOTE = { device: "One vote per browser", code: "One vote per code", network: "One vote per network" };

/**
 * What to tell the voter now.
 * @returns {{tone: "calm"|"busy"|"good"|"firm"|"trouble", title: string, detail: string,
 *            ticker: string, receipt: string|null}}
 *   `ticker` changes every second and is for the eye only; the rest is read out when it changes.
 */
export function message(state, now) {
  const say = (tone, title, detail = "", more = {}) => ({ tone, title, detail, ticker: "", receipt: null, ...more });
  const poll = state.poll;
  if (!poll) return say("calm", "");
  const at = serverNow(state, now);
  const { mine, attempt, answer } = voteIn(state);
  const label = (choice) => `“${poll.options[choice].label}”`;
  const phase = phaseOf(poll, at);

  if (attempt) return sending(say, attempt, label, at, now, poll);
  if (answer?.kind === "other" && phase !== "closed") {
    if (poll.policy === "network" && !mine) {
      return say("firm", "Your network has voted", "All who share your connection share one vote, and somebody has cast it.");
    }
    const first = mine ? ` On this device you chose ${label(mine.choice)}.` : "";
    return say("firm", "You have already voted", `One vote each: your first vote stands and cannot be changed.${first}`, {
      receipt: mine?.receipt ?? null,
    });
  }
  if (answer?.kind === "closed" && !mine) {
    return say("trouble", "Too late, voting had closed", "Your vote came in after the close and was not counted.");
  }
  const flaw = flawOf(say, answer, codeIn(state));
  if (flaw && phase !== "closed") return flaw;
  if (answer?.kind === "unknown") return say("trouble", "This poll is gone", "Nothing was recorded.");
  if (answer?.kind === "refused") {
    return say("trouble", answer.title || "The vote was not accepted", answer.detail || "Reload the page and try again.");
  }
  if (phase === "closed") return closed(say, state, poll, mine, label);
  if (mine) {
    const again = answer?.kind === "again";
    const when = moment(mine.recorded_at, now);
    return say(
      "good",
      again ? "Already recorded, once" : "Your vote is recorded",
      again ? `You voted for ${label(mine.choice)} at ${when}. It counts once.` : `You voted for ${label(mine.choice)} at ${when}.`,
      { receipt: mine.receipt },
    );
  }
  if (phase === "soon") {
    return say("calm", "Opens in a moment", "Get ready: one vote each.", {
      ticker: asCountdown(secondsUntil(poll.opens_at, at)),
    });
  }
  const closes = secondsUntil(poll.closes_at, at);
  const first = poll.policy === "code" && !plain(codeIn(state));
  return say("calm", first ? "Type your code, then tap" : "Tap to vote", `${ONE_VOTE[poll.policy]}, and it cannot be changed.`, {
    ticker: closes !== null && closes < 3600 ? `closes in ${asCountdown(closes)}` : "",
  });
}

function flawOf(say, answer, code) {
  switch (answer?.kind) {
    case "no_code":
      return say("trouble", "Type your code first", "It is on the sheet or in the message that you were given.");
    case "short_code":
      return say("trouble", "This is not a whole code", `A code has ${LENGTH} letters and digits; this has ${plain(code).length}.`);
    case "bad_code":
      return say("trouble", answer.title || "This code is not valid here, or has been used", answer.detail);
    default:
      return null;
  }
}

function sending(say, { choice, reason, again_at }, label, at, now, poll) {
  const left = again_at === null ? 0 : Math.max(0, Math.ceil((again_at - now) / 1000));
  const wait = again_at === null ? "" : `trying again in ${left < 60 ? `${left} s` : asCountdown(left)}`;
  switch (reason) {
    case "offline":
      return say("busy", "You are offline", `Your vote for ${label(choice)} is kept, and goes out by itself when you are back.`);
    case "unreachable":
      return say("busy", "No connection", `Your vote for ${label(choice)} is kept. Keep this page open.`, { ticker: wait });
    case "crowded":
      return say(
        "busy",
        "Very many people at once",
        `Your vote for ${label(choice)} is kept and goes out in turn. Keep this page open.`,
        { ticker: wait },
      );
    case "busy":
      return say("busy", "It is busy just now", `Your vote for ${label(choice)} is kept. Keep this page open.`, { ticker: wait });
    case "proving":
      return say(
        "busy",
        "One moment: a sum first",
        `This poll asks every device to work a little for its vote, to keep robots out. Then your vote for ${label(choice)} goes out by itself.`,
      );
    case "wait":
      return say("busy", "Not open yet", `Your vote for ${label(choice)} goes out the moment voting opens.`, {
        ticker: asCountdown(secondsUntil(poll.opens_at, at) ?? 0),
      });
    default:
      return say("busy", "Sending your vote…", `You chose ${label(choice)}.`);
  }
}

function closed(say, state, poll, mine, label) {
  const yours = mine ? `You voted for ${label(mine.choice)}.` : "";
  const more = { receipt: mine?.receipt ?? null };
  const { results } = state;
  if (!results) {
    const why = state.hidden === "never" ? "The results of this poll are not public." : "";
    return say("firm", "Voting has closed", `${why} ${yours}`.trim(), more);
  }
  if (results.status !== "closed") return say("firm", "Voting has closed", `Counting the last votes… ${yours}`.trim(), more);
  const share = percents(results.counts);
  switch (leader(results.counts)) {
    case "nobody":
      return say("firm", "Closed without votes", "Nobody voted.", more);
    case "tie":
      return say("firm", "Final result: a tie", `${votes(results.total)}, half each. ${yours}`.trim(), more);
    default: {
      const winner = leader(results.counts);
      const loser = winner === "a" ? "b" : "a";
      const ratio = `${share[winner]} % to ${share[loser]} %, ${votes(results.total)}.`;
      return say("firm", `Final result: ${poll.options[winner].label}`, `${ratio} ${yours}`.trim(), more);
    }
  }
}

/** Why no counts are shown. */
export function whyNoCounts(state, phase) {
  const rule = state.hidden ?? state.poll.result_visibility;
  const closed = phase === "closed";
  if (phase === "soon") return "Voting has not started";
  if (rule === "never") return "Results are not public";
  if (rule === "after_close" && !closed) return "Results show when voting closes";
  if (rule === "after_vote" && !closed && !voteIn(state).mine) return "Results show once you have voted";
  return "Results are on their way";
}

/** How a vote ended whose poll has left the screen. */
export function elsewhere(answer) {
  switch (answer?.kind) {
    case "recorded":
    case "again":
      return "Your vote on the previous question is recorded.";
    case "other":
      return "On the previous question you had already voted; the first vote stands.";
    case "bad_code":
      return "Your vote on the previous question was not counted: its code was not valid there, or had been used.";
    case undefined:
      return "";
    default:
      return "Your vote on the previous question was not counted: it had closed.";
  }
}

export const LIVE = {
  connecting: { label: "Connecting", hint: "Connecting for live results" },
  live: { label: "Live", hint: "Results arrive as people vote" },
  delayed: { label: "Delayed", hint: "No live connection: results are fetched every few seconds" },
  offline: { label: "Offline", hint: "No network" },
};

/** Read out now and then while people vote: a summary, not a stream. */
export function summary(poll, results) {
  const share = percents(results.counts);
  const { a, b } = poll.options;
  return `${votes(results.total)}: ${a.label} ${share.a} percent, ${b.label} ${share.b} percent.`;
}
