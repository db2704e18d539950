// The voter's page: ties state, drawing, the API and the live connection together. The only stateful file of it.
import { Failure, publicApi } from "../api.js";
import { offerLanguages, startLanguage } from "../language.js";
import { connectLive } from "../live.js";
import { summary } from "../logic/status-text.js";
import { timeOf } from "../logic/clock.js";
import { flawIn, plain, readLink, shownAddress } from "../logic/code.js";
import { backoff } from "../logic/retry.js";
import { codeIn, initialState, markedIn, reduce, serverNow, voteIn } from "../logic/voter.js";
import { now } from "../now.js";
import { castVote } from "./casting.js";
import { watchClosing } from "./closing.js";
import { fetchResults } from "./fetch-results.js";
import { followPolls } from "./poll-switching.js";
import { tooSoon, watchMark } from "./preselection.js";
import { forget, onVoteElsewhere, recall, recallCode, rememberCode } from "./local-storage.js";
import { forgetSharing, offerSharing } from "./share.js";
import { askForCode, draw, languageList, onAnotherCode, onChoice, onCode, say } from "./view.js";

const TICK_MS = 250;
const SUMMARY_MS = 15_000;

const root = document.documentElement.dataset; // read by start.js
root.started = "";
const link = readLink(location);
if (location.hash) history.replaceState(null, "", shownAddress(link.poll, location)); // a code is not left for others to read

let state = initialState(link.poll, link.choice, navigator.cookieEnabled);
let live = null;
let ticketPass; // what the open connection was made with
let spoken = "";
let worded = false; // nothing is said before it is known in which language

/** The pass that opens hidden counts to somebody who has voted; public counts need none. */
const pass = () => (state.poll?.result_visibility === "after_vote" ? voteIn(state).mine?.results_pass : undefined);

function dispatch(action) {
  const before = state.poll?.poll_id;
  state = reduce(state, action);
  redraw();
  if (!state.poll || state.poll.poll_id === before) return;
  if (before) say(state.poll.question); // another question in the same place is news to who cannot see it
  pollShown(state.poll.poll_id);
}

function redraw() {
  if (!worded) return;
  draw(state, now());
  if (state.load !== "loading") root.drawn = "";
  watchMark(markedIn(state));
}

/** A poll is on the screen for the first time. */
function pollShown(pollId) {
  forgetSharing();
  const { mine, pending } = recall(pollId);
  const code = takeUpCode(pollId);
  const other = Boolean(code && mine?.code && plain(code) !== plain(mine.code)); // one device, the next voter
  if (mine && !other) dispatch({ type: "remembered", poll_id: pollId, mine });
  else if (pending) resume(pollId, pending, code);
  if (!live) connect();
  else if (pass() !== ticketPass) live.renew();
  else live.wake(); // asks for the new poll's snapshot
}

/** What the link brought for this poll, or what this tab was given before. */
function takeUpCode(pollId) {
  if (state.poll.policy !== "code") return "";
  const brought = [null, pollId].includes(link.poll) ? link.code : "";
  link.code = "";
  if (brought) rememberCode(pollId, brought);
  const code = brought || recallCode(pollId);
  dispatch({ type: "code", poll_id: pollId, code });
  return code;
}

/** The tab was closed before the answer came. */
function resume(pollId, pending, code) {
  if (pending.code && !code) dispatch({ type: "code", poll_id: pollId, code: pending.code });
  cast(pollId, pending, true);
}

async function cast(pollId, vote, resumed = false) {
  const remembered = voteIn(state, pollId).mine !== null;
  dispatch({ type: "choose", poll_id: pollId, choice: vote.choice });
  const mine = await castVote(pollId, vote, dispatch, { remembered, resumed });
  if (mine && pass() && pass() !== ticketPass) {
    live?.renew();
    fetchNow().catch(() => {});
  }
}

async function lookForPoll(pollId = state.wanted) {
  const answer = await (pollId ? publicApi.poll(pollId) : publicApi.activePoll());
  dispatch(timeOf(answer));
  dispatch({ type: "poll", poll: pollId ? answer.body : answer.body.poll, now: now() });
}

async function firstLook() {
  for (let attempt = 1; state.load !== "ready"; attempt += 1) {
    try {
      await lookForPoll();
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
    if (!ticketPass || failure.status !== 403) throw failure;
    return (await publicApi.ticket()).body.ticket; // a pass that is refused must not cost the live connection
  }
}

function receive(frame, times) {
  if (frame.type === "pong") dispatch({ type: "time_synced", time: frame.server_time, ...times });
  if (frame.type === "viewers") dispatch(frame);
  if (!frame.poll_id) return;
  if (!state.wanted) following.heard(frame);
  dispatch({ type: "frame", frame });
}

function connect() {
  live = connectLive({
    ticket,
    shown: () => (state.poll ? { poll_id: state.poll.poll_id, version: state.results?.version ?? 0 } : {}),
    onFrame: receive,
    onMode: (mode) => dispatch({ type: "live", mode }),
    fetchInstead: () => Promise.all([lookForPoll(), fetchNow()]),
  });
}

function speak() {
  if (!state.poll || !state.results || document.hidden) return;
  const text = summary(state.poll, state.results);
  if (text !== spoken) say((spoken = text));
}

onChoice((choice) => {
  if (markedIn(state) && tooSoon()) return;
  const { poll_id, policy } = state.poll;
  if (policy !== "code") return cast(poll_id, { choice });
  const code = voteIn(state).mine?.code ?? codeIn(state);
  const kind = flawIn(code);
  if (!kind) return cast(poll_id, { choice, code });
  dispatch({ type: "answered", poll_id, answer: { kind } });
  return askForCode();
});
onCode((code) => {
  rememberCode(state.poll.poll_id, code);
  dispatch({ type: "code", poll_id: state.poll.poll_id, code });
});
onAnotherCode(() => {
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
const following = followPolls({ state: () => state, dispatch, look: lookForPoll });
const closing = watchClosing(() => ({ poll: state.poll, now: serverNow(state, now()) }), fetchNow);
setInterval(() => {
  following.tick();
  closing();
  redraw();
}, TICK_MS);
setInterval(speak, SUMMARY_MS);

const looked = firstLook(); // the question is fetched while the words are
await startLanguage(redraw);
offerLanguages(languageList, redraw);
worded = true;
redraw();
await looked;
if (!live) connect();
