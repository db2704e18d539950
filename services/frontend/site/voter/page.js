// The voter's page: connects state, drawing, the API and the live connection. Its only stateful module.
import { Failure, publicApi } from "../api.js";
import { connectLive } from "../live.js";
import { serverNow, timeOf } from "../logic/clock.js";
import { flawIn, plain, readLink, shownAddress } from "../logic/code.js";
import { backoff } from "../logic/retry.js";
import { summary } from "../logic/status-text.js";
import { canVote, codeIn, initialState, preselectedIn, reduce, voteIn } from "../logic/voter.js";
import { now } from "../now.js";
import { offerLanguages, startLanguage } from "../start-language.js";
import { castVote, prepareVote } from "./casting.js";
import { watchClosing } from "./closing.js";
import { fetchResults } from "./fetch-results.js";
import { forget, onVoteElsewhere, recall, recallCode, rememberCode } from "./local-storage.js";
import { orderOf } from "./option-order.js";
import { followPolls } from "./poll-switching.js";
import { tooSoon, watchPreselection } from "./preselection.js";
import { forgetSharing, offerSharing } from "./share.js";
import { askForCode, draw, languageList, onAnotherCode, onChoice, onCode, say } from "./view.js";

/** @import { Choice, PublicPoll } from "contracts" */
/** @import { LiveMessage, Times, VoterAction } from "page-state" */

const TICK_MS = 250;
const SUMMARY_MS = 15_000;
const SLOW_MS = 1_500; // on a network that takes longer for the page, the voter token is requested before the first touch

const root = document.documentElement.dataset; // read by start.js
root.started = "";
const link = readLink(location);
if (location.hash) history.replaceState(null, "", shownAddress(link.poll, location)); // the code disappears from the address

let state = initialState(link.poll, link.choice, navigator.cookieEnabled);
/** @type {ReturnType<typeof connectLive>|null} */
let live = null;
/** @type {string|undefined} The pass of the open connection. */
let ticketPass;
let spoken = "";
let worded = false; // the page draws nothing before its language is known

/** Return the pass for hidden results, which a vote has given; public results need none. */
const pass = () => (state.poll?.result_visibility === "after_vote" ? voteIn(state).mine?.results_pass : undefined);

/** @param {VoterAction} action */
function dispatch(action) {
  const before = state.poll?.poll_id;
  state = reduce(state, action);
  redraw();
  if (!state.poll || state.poll.poll_id === before) return;
  if (before) say(state.poll.question); // screen readers announce the new question
  pollShown(state.poll);
}

function redraw() {
  if (!worded) return;
  draw(state, now());
  if (state.load !== "loading") root.drawn = "";
  watchPreselection(preselectedIn(state));
}

/** Restore the stored vote and code of a poll that is shown for the first time, and connect. @param {PublicPoll} poll */
function pollShown(poll) {
  const pollId = poll.poll_id;
  forgetSharing();
  const { mine, pending } = recall(pollId);
  const code = takeUpCode(poll);
  const other = Boolean(code && mine?.code && plain(code) !== plain(mine.code)); // another voter uses this device
  if (mine && !other) dispatch({ type: "remembered", poll_id: pollId, mine });
  else if (pending) resume(pollId, pending, code);
  if (!live) connect();
  else if (pass() !== ticketPass) live.renew();
  else live.wake(); // requests the snapshot of the new poll
}

/** Return the code of the link for this poll, or the one that this tab has stored. @param {PublicPoll} poll */
function takeUpCode({ poll_id: pollId, policy }) {
  if (policy !== "code") return "";
  const brought = link.poll === null || link.poll === pollId ? link.code : "";
  link.code = "";
  if (brought) rememberCode(pollId, brought);
  const code = brought || recallCode(pollId);
  dispatch({ type: "code", poll_id: pollId, code });
  return code;
}

/**
 * Send a vote that was being sent when the tab was closed.
 * @param {string} pollId
 * @param {{choice: Choice, code?: string}} pending
 * @param {string} code
 */
function resume(pollId, pending, code) {
  if (pending.code && !code) dispatch({ type: "code", poll_id: pollId, code: pending.code });
  cast(pollId, pending, true);
}

/** @param {string} pollId @param {{choice: Choice, code?: string}} vote @param {boolean} resumed */
async function cast(pollId, vote, resumed = false) {
  const remembered = voteIn(state, pollId).mine !== null;
  dispatch({ type: "choose", poll_id: pollId, choice: vote.choice });
  const first = state.poll?.poll_id === pollId ? orderOf(state.poll) : undefined;
  const mine = await castVote(pollId, { ...vote, first }, dispatch, { remembered, resumed });
  if (mine && pass() && pass() !== ticketPass) {
    live?.renew();
    fetchNow().catch(() => {});
  }
}

/** Fetch a poll; without an id the active one. @param {string|null} pollId */
async function fetchPoll(pollId = state.wanted) {
  if (pollId) {
    const answer = await publicApi.poll(pollId);
    dispatch({ type: "poll", poll: answer.body, now: now() });
  } else {
    const answer = await publicApi.activePoll();
    dispatch(timeOf(answer));
    dispatch({ type: "poll", poll: answer.body.poll, now: now() });
  }
}

async function fetchBeside() {
  const answer = await publicApi.activePoll();
  dispatch(timeOf(answer));
  dispatch({ type: "poll_beside", poll: answer.body.poll });
}

/** Fetch the first poll, with retries. */
async function fetchFirstPoll() {
  for (let attempt = 1; state.load !== "ready"; attempt += 1) {
    try {
      await fetchPoll();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      if (failure.status === 404 || failure.status === 422) dispatch({ type: "unknown_poll" });
      else dispatch({ type: "load_failed", reason: failure.status ? "busy" : "offline" });
      await new Promise((resolve) => setTimeout(resolve, backoff(attempt, failure.retryAfter, Math.random())));
    }
  }
}

const fetchNow = () => fetchResults(state.poll, pass(), dispatch);

async function ticket() {
  ticketPass = pass();
  try {
    return (await publicApi.ticket(ticketPass)).body.ticket;
  } catch (failure) {
    if (!ticketPass || !(failure instanceof Failure) || failure.status !== 403) throw failure;
    return (await publicApi.ticket()).body.ticket; // the connection also works without a pass
  }
}

/** @param {LiveMessage} message @param {Times} times */
function receive(message, times) {
  if (message.type === "pong") dispatch({ type: "time_synced", time: message.server_time, ...times });
  if (message.type === "audience") dispatch(message);
  if (!message.poll_id) return;
  following.heard(message);
  dispatch({ type: "message", message });
}

function connect() {
  live = connectLive({
    ticket,
    shown: () => (state.poll ? { poll_id: state.poll.poll_id, version: state.results?.version ?? 0 } : {}),
    onMessage: receive,
    onMode: (mode) => dispatch({ type: "live", mode }),
    fetchInstead: () => Promise.all([fetchPoll(), fetchNow()]),
  });
}

/** Announce a summary of the results to screen readers. */
function speak() {
  if (!state.poll || !state.results || document.hidden) return;
  const text = summary(state.poll, state.results);
  if (text === spoken) return;
  spoken = text;
  say(text);
}

onChoice((choice) => {
  if (!state.poll || (preselectedIn(state) && tooSoon())) return;
  const { poll_id, policy } = state.poll;
  if (policy !== "code") {
    cast(poll_id, { choice });
    return;
  }
  const code = voteIn(state).mine?.code ?? codeIn(state);
  const kind = flawIn(code);
  if (!kind) {
    cast(poll_id, { choice, code });
    return;
  }
  dispatch({ type: "answered", poll_id, answer: { kind } });
  askForCode();
});
const prepare = () => canVote(state, now()) && !voteIn(state).mine && prepareVote();
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, prepare, { passive: true });
onCode((code) => {
  if (!state.poll) return;
  rememberCode(state.poll.poll_id, code);
  dispatch({ type: "code", poll_id: state.poll.poll_id, code });
});
onAnotherCode(() => {
  if (!state.poll) return;
  forget(state.poll.poll_id);
  dispatch({ type: "another_code", poll_id: state.poll.poll_id });
  askForCode();
});
onVoteElsewhere((poll_id, mine) => {
  const { poll } = state;
  const same = poll?.policy !== "code" || plain(mine.code ?? "") === plain(codeIn(state));
  if (poll_id !== poll?.poll_id || !same) return;
  dispatch({ type: "remembered", poll_id, mine });
  if (pass() !== ticketPass) live?.renew();
});
offerSharing(() => state.poll);
addEventListener("hashchange", () => location.reload()); // another voter's link, in the same tab
addEventListener("online", redraw);
addEventListener("offline", redraw);
const following = followPolls({ state: () => state, dispatch, look: fetchPoll, lookBeside: fetchBeside });
const closing = watchClosing(() => ({ poll: state.poll, now: serverNow(state, now()) }), fetchNow);
setInterval(() => {
  following.tick();
  closing();
  redraw();
}, TICK_MS);
setInterval(speak, SUMMARY_MS);

const looked = fetchFirstPoll(); // in parallel with the phrases
await startLanguage(redraw);
offerLanguages(languageList, redraw);
worded = true;
redraw();
await looked;
const [loaded] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
if (loaded?.responseEnd > SLOW_MS) prepare();
if (!live) connect();
