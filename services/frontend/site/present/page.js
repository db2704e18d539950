// The presenter's screen: one poll on a wall, steered by keys. Signed in, it asks as an organiser; else as anybody.
import { callSigned, resume, signIn } from "../admin/session.js";
import { publicApi } from "../api.js";
import { $ } from "../dom.js";
import { coalesced } from "../animated-number.js";
import { connectLive } from "../live.js";
import { summary } from "../logic/status-text.js";
import { phaseOf, timeOf } from "../logic/clock.js";
import { wordsOf } from "../logic/refusals.js";
import { countsShown, initialState, isNext, reduce, serverNow, turnOf } from "../logic/present.js";
import { now } from "../now.js";
import { watchClosing } from "../voter/closing.js";
import { keepFitting } from "./fit-text.js";
import { listenToKeys } from "./keys.js";
import { hideWhenIdle, isFull, stayAwake, turnFull } from "./fullscreen.js";
import { draw, say } from "./view.js";

const TICK_MS = 250;
const root = document.documentElement.dataset; // read by start.js
root.started = "";
const LOOK_AGAIN_MS = 5_000; // while no poll is open here: the live connection tells sooner

let state = initialState;
let live = null;
let looking = null;

const drawSoon = coalesced(() => draw(state, now()));
const at = () => serverNow(state, now());
const signed = () => state.session === "in";

function dispatch(action) {
  state = reduce(state, action);
  drawSoon();
}

/** By the status of a refusal: what is left of the sign-in, and that is what everybody may see. */
const LEFT = { 401: "expired", 403: "roleless" };

/** Ask as organiser while that is possible. */
async function either(asOrganiser, asAnybody) {
  if (!signed()) return asAnybody();
  try {
    return await asOrganiser();
  } catch (failure) {
    if (!LEFT[failure.status]) throw failure;
    dispatch({ type: "session", session: LEFT[failure.status] });
    return asAnybody();
  }
}

async function showPoll(pollId) {
  const path = `/admin/api/polls/${encodeURIComponent(pollId)}`;
  const { body } = await either(
    () => callSigned("GET", path),
    () => publicApi.poll(pollId),
  );
  const before = state.poll?.poll_id;
  dispatch({ type: "poll", poll: body });
  if (state.poll?.poll_id !== before) await fetchResults().catch(() => {});
}

async function lookForActive() {
  const answer = await publicApi.activePoll();
  const { body } = answer;
  dispatch(timeOf(answer));
  if (body.poll && isNext(state, body.poll, at())) await showPoll(body.poll.poll_id);
}

async function fetchResults() {
  const id = state.poll?.poll_id;
  if (!id || state.poll.status === "draft") return;
  const { body } = await either(
    () => callSigned("GET", `/admin/api/results/${id}`),
    () => publicApi.results(id),
  );
  dispatch({ type: "frame", frame: body });
}

function receive(frame, times) {
  if (frame.type === "pong") dispatch({ type: "time_synced", time: frame.server_time, ...times });
  if (isNext(state, frame, at()) && looking !== frame.poll_id) {
    looking = frame.poll_id;
    showPoll(looking).catch(() => (looking = null)); // the next frame, or the next look, tries again
  }
  dispatch({ type: "frame", frame });
}

async function ticket() {
  const asOrganiser = () => callSigned("POST", "/admin/api/live/ticket");
  return (await either(asOrganiser, () => publicApi.ticket())).body.ticket;
}

function turnResults(on) {
  speak();
  if (!state.poll || on === countsShown(state, at())) return;
  if (on && !state.results) {
    say(signed() ? "No votes have been counted yet." : "The results of this poll are hidden. Sign in to show them.");
    return;
  }
  dispatch({ type: "decide", decided: on ? "shown" : "hidden" });
  say(on ? summary(state.poll, state.results) : "Results are hidden.");
}

function askToClose() {
  const phase = state.poll && phaseOf(state.poll, at());
  if (!signed() || !["open", "soon"].includes(phase) || $("close").disabled) return;
  $("confirm-text").textContent = state.poll.question;
  $("confirm").showModal();
}

async function closeNow() {
  $("confirm").close();
  try {
    const { body } = await callSigned("POST", `/admin/api/polls/${state.poll.poll_id}/close`);
    dispatch({ type: "poll", poll: body });
    say("The poll closes in three seconds.");
    live?.wake();
  } catch (failure) {
    const { status } = failure;
    if (status === 401) dispatch({ type: "session", session: "expired" });
    alertOf(
      failure,
      status === 0 || status >= 500 ? "The poll may still be open. Look at the countdown, and try again." : "",
    );
  }
}

async function signInHere() {
  try {
    await signIn(`${location.pathname}${location.search}`);
  } catch (failure) {
    alertOf(failure);
  }
}

/** Say why something was not done; an error of the page's own is none of these. */
function alertOf(failure, advice = "") {
  if (failure.status === undefined) throw failure;
  const words = wordsOf(failure.status, failure.problem);
  dispatch({ type: "alert", alert: { title: words.title, detail: words.detail || advice || words.advice } });
}

function enlarge() {
  const large = document.body.dataset.large !== "true";
  document.body.dataset.large = String(large);
  $("enlarge").setAttribute("aria-pressed", String(large));
}

const full = () =>
  turnFull().catch(() =>
    dispatch({ type: "alert", alert: { title: "No full screen", detail: "This browser does not allow it." } }),
  );
const help = () => $("helping").showModal();
const turn = () => turnResults(!(state.poll && countsShown(state, at())));

function listen() {
  const acts = { reveal: turn, enlarge, full, close: askToClose, help };
  for (const [id, act] of Object.entries(acts)) $(id).addEventListener("click", act);
  listenToKeys({
    r: turn,
    q: enlarge,
    f: full,
    c: askToClose,
    "?": help,
    PageDown: () => turnResults(true),
    PageUp: () => turnResults(false),
  });
  $("sign-in").addEventListener("click", signInHere);
  $("help-close").addEventListener("click", () => $("helping").close());
  $("confirm-no").addEventListener("click", () => $("confirm").close());
  $("confirm-yes").addEventListener("click", closeNow);
  $("dismiss").addEventListener("click", () => dispatch({ type: "alert", alert: null }));
  document.addEventListener("fullscreenchange", () => $("full").setAttribute("aria-pressed", String(isFull())));
  addEventListener("online", drawSoon);
  addEventListener("offline", drawSoon);
}

let spoken = "";
/** Read out the turns of a vote, not its every second. */
function speak() {
  if (!state.poll) return;
  const { text } = turnOf(state, at());
  const turnText = text.replace(/\d+:\d.*/, "").trim();
  if (turnText === spoken) return;
  spoken = turnText;
  const closed = state.results?.status === "closed" && countsShown(state, at());
  say(closed ? `${text}. ${summary(state.poll, state.results)}` : turnText);
}

const closing = watchClosing(() => ({ poll: state.poll, now: at() }), fetchResults);

listen();
keepFitting($("presenter"));
hideWhenIdle();
stayAwake();
setInterval(() => {
  closing();
  draw(state, now());
  speak();
}, TICK_MS);

const who = await resume().catch(() => null);
dispatch({ type: "session", session: who ? "in" : "out" });
root.drawn = "";
if (who) setTimeout(() => dispatch({ type: "session", session: "expired" }), Math.max(0, who.expires_at - now()));
const wanted = new URLSearchParams(location.search).get("poll");

/** Look for the poll to show; an empty wall says why it is. */
async function look() {
  try {
    await (wanted && !state.poll ? showPoll(wanted) : lookForActive());
    dispatch({ type: "looked" });
  } catch (failure) {
    if (failure.status !== undefined) dispatch({ type: "trouble", status: failure.status, problem: failure.problem });
    throw failure;
  }
}
live = connectLive({
  ticket,
  shown: () => (state.poll ? { poll_id: state.poll.poll_id, version: state.results?.version ?? 0 } : {}),
  onFrame: receive,
  onMode: (mode) => dispatch({ type: "live", mode }),
  fetchInstead: () => Promise.all([look(), fetchResults()]),
});
setInterval(() => {
  const phase = state.poll && phaseOf(state.poll, at());
  if (phase !== "open" && phase !== "soon") look().catch(() => {});
}, LOOK_AGAIN_MS);
await look().catch(() => {});
