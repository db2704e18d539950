// The presenter: one poll on a large screen, controlled by keys. Its requests are an organiser's after a sign-in, otherwise
// the public's.

import { fetchNext, openNext } from "../admin/open-next.js";
import { callSigned, signIn } from "../admin/session.js";
import { coalesced } from "../animated-number.js";
import { Failure, publicApi } from "../api.js";
import { $ } from "../dom.js";
import { connectLive, ORGANISER_PING_MS } from "../live.js";
import { COUNTDOWN_SECONDS, phaseOf, timeOf } from "../logic/clock.js";
import { phrase } from "../logic/i18n.js";
import { nameOf } from "../logic/key-names.js";
import { wordsOf } from "../logic/organiser-refusals.js";
import { pollActionOf, requestOf } from "../logic/poll-actions.js";
import {
  alertOf,
  countsShown,
  headlineOf,
  initialState,
  isNext,
  isPublic,
  may,
  noControl,
  noPermission,
  reduce,
  serverNow,
  turnOf,
} from "../logic/present.js";
import { summary } from "../logic/status-text.js";
import { halfDone, openedText } from "../logic/up-next.js";
import { now } from "../now.js";
import organisersEnglish from "../organisers/locales/en.js";
import { PUBLISHED as ORGANISERS_PUBLISHED } from "../organisers/published.js";
import { startLanguage } from "../start-language.js";
import { watchClosing } from "../voter/closing.js";
import { keepFitting } from "./fit-text.js";
import { hideWhenIdle, isFull, stayAwake, toggleFullscreen } from "./fullscreen.js";
import { listenToKeys } from "./keys.js";
import english from "./locales/en.js";
import { PUBLISHED } from "./published.js";
import { begin, forget, kept, request } from "./session.js";
import { toggleTheme } from "./theme.js";
import { draw, say } from "./view.js";

/** @import { Poll } from "contracts" */
/** @import { AnyPoll, LiveMessage, PresenterAction, Reply, Times } from "page-state" */

const TICK_MS = 250;
const root = document.documentElement.dataset; // read by start.js
root.started = "";
const HIDDEN_INTERVAL_MS = 2_000;
const POLL_INTERVAL_MS = 5_000; // while no poll is open here; messages are faster

let state = initialState;
/** @type {ReturnType<typeof connectLive>|null} */
let live = null;
/** @type {string|null} The id of the poll that is being fetched after a message. */
let looking = null;

let worded = false; // nothing is drawn before the language is known
const drawNow = () => worded && draw(state, now());
const drawSoon = coalesced(drawNow);
const at = () => serverNow(state, now());
/** @returns {"in"|"presenting"|null} */
const signed = () => (state.session === "in" || state.session === "presenting" ? state.session : null);

/** @param {PresenterAction} action */
function dispatch(action) {
  state = reduce(state, action);
  drawSoon();
}

/** Return the state of the session after a refusal, or null if the refusal is about something else. @param {unknown} failure */
function leftAfter(failure) {
  if (!(failure instanceof Failure)) return null;
  if (failure.status === 401 || failure.slug === "not-allowed") return "expired";
  return failure.status === 403 ? "roleless" : null;
}

/**
 * Send a request as an organiser while that is possible; otherwise as the public.
 * @template {Reply<unknown>} Found
 * @param {((session: "in"|"presenting") => Promise<Found>)|null} asOrganiser
 * @param {() => Promise<Found>} asPublic
 * @returns {Promise<Found>}
 */
async function either(asOrganiser, asPublic) {
  const session = signed();
  if (!session || !asOrganiser) return asPublic();
  try {
    return await asOrganiser(session);
  } catch (failure) {
    const session = leftAfter(failure);
    if (!session) throw failure;
    leave(session);
    return asPublic();
  }
}

/** End the control of the poll, and say so: keys and buttons would do nothing. @param {"expired"|"roleless"} session */
function leave(session) {
  const current = signed();
  if (!current) return;
  const narrow = current === "in" && session === "expired" ? kept() : null;
  if (narrow) {
    dispatch({ type: "session", session: "presenting", role: narrow.role });
    leaveAt(narrow.ends);
    return;
  }
  forget();
  dispatch({ type: "session", session });
  const alert = noControl({ session });
  dispatch({ type: "alert", alert });
  say(`${alert?.title} ${alert?.detail}`);
}

/** @type {ReturnType<typeof setTimeout>|undefined} */
let leaving;
/** Leave the session at its end, and no longer at that of the session before. @param {number} ends device time in ms */
function leaveAt(ends) {
  clearTimeout(leaving);
  leaving = setTimeout(() => leave("expired"), Math.max(0, ends - now()));
}

/** @param {string} pollId */
async function showPoll(pollId) {
  const path = `/admin/api/polls/${encodeURIComponent(pollId)}`;
  const { body } = await either(state.session === "in" ? () => callSigned("GET", path) : null, () =>
    publicApi.poll(pollId),
  );
  const before = state.poll?.poll_id;
  dispatch({ type: "poll", poll: body });
  if (state.poll?.poll_id !== before) {
    await fetchResults().catch(() => {});
    lookForNext();
  }
}

async function fetchActivePoll() {
  const answer = await publicApi.activePoll();
  const { body } = answer;
  dispatch(timeOf(answer));
  if (body.poll && isNext(state, body.poll, at())) await showPoll(body.poll.poll_id);
}

async function fetchResults() {
  const { poll } = state;
  if (!poll || poll.status === "draft") return;
  const id = poll.poll_id;
  const { body } = await either(
    (session) => request(session, "GET", `/admin/api/results/${id}`),
    () => publicApi.results(id),
  );
  dispatch({ type: "message", message: body });
}

/** @param {LiveMessage} message @param {Times} times */
function receive(message, times) {
  if (message.type === "pong") dispatch({ type: "time_synced", time: message.server_time, ...times });
  if (message.poll_id && isNext(state, message, at()) && looking !== message.poll_id) {
    looking = message.poll_id;
    showPoll(looking).catch(() => {
      looking = null; // the next message or request tries again
    });
  }
  dispatch({ type: "message", message });
}

async function ticket() {
  const asOrganiser = state.session === "in" ? () => callSigned("POST", "/admin/api/live/ticket") : null;
  return (await either(asOrganiser, () => publicApi.ticket())).body.ticket;
}

/** Show or hide the results. @param {boolean} on */
async function turnResults(on) {
  speak();
  if (on && !state.results && signed()) await fetchResults().catch(() => {});
  const { poll, results } = state;
  if (!poll || on === countsShown(state, at())) return;
  if (on && !results) {
    dispatch({
      type: "alert",
      alert: noControl(state) ?? alertOf("present.no_votes", "present.no_votes_detail"),
    });
    return;
  }
  dispatch({ type: "decide", decided: on ? "shown" : "hidden" });
  say(on && results ? summary(poll, results) : phrase("present.hidden"));
}

/** Return whether the organiser has a permission; otherwise the page says why not. @param {"polls.close"|"polls.edit"} permission */
function allowed(permission) {
  if (may(state, permission)) return true;
  if (state.session !== "loading") dispatch({ type: "alert", alert: noPermission(state, permission) });
  return false;
}

/** @type {(() => Promise<void>)|null} The work that the open dialog confirms. */
let confirmed = null;

/** @param {string} title @param {string} yes @param {string} next @param {() => Promise<void>} work */
function confirm(title, yes, next, work) {
  confirmed = work;
  $("confirm-title").textContent = phrase(title);
  $("confirm-text").textContent = state.poll?.question ?? "";
  $("confirm-next").textContent = next;
  $("confirm-yes").textContent = phrase(yes);
  $("confirm").showModal();
}

function askToClose() {
  if (!allowed("polls.close")) return;
  const phase = state.poll && phaseOf(state.poll, at());
  if (phase !== "open" && phase !== "soon") {
    dispatch({ type: "alert", alert: alertOf("present.none_open", "present.none_to_close") });
    return;
  }
  if (!$("close").disabled) confirm("present.close_title", "present.close_yes", "", closeNow);
}

/** Look for the draft that is up next; without one the button disappears. */
async function lookForNext() {
  if (!may(state, "polls.edit")) return;
  const poll = await fetchNext().catch(() => undefined); // the next look may find it
  if (poll !== undefined) dispatch({ type: "next", poll });
}

let asking = false;
async function askForNext() {
  if (asking || !allowed("polls.edit")) return;
  asking = true;
  await lookForNext();
  asking = false;
  const { next, poll } = state;
  const phase = poll && phaseOf(poll, at());
  if (!next)
    dispatch({
      type: "alert",
      alert: alertOf("present.no_draft", "present.no_draft_detail"),
    });
  else if (phase !== "open") await goOn(null);
  else if (allowed("polls.close")) {
    confirm("present.next_title", "present.next_yes", phrase("present.next_is", { question: next.question }), () =>
      goOn(poll),
    );
    $("confirm-yes").focus();
  }
}

/** @param {AnyPoll|null} current the open poll */
async function goOn(current) {
  const { next } = state;
  if (!next) return;
  const { closing, opened, failure } = await openNext(current, next);
  if (closing) dispatch({ type: "poll", poll: closing });
  if (opened) {
    say(openedText(closing, next, COUNTDOWN_SECONDS));
    dispatch({ type: "poll", poll: opened });
    lookForNext();
    live?.wake();
  } else {
    alertFailure(failure, phrase("present.try_again"), closing ? halfDone(closing, next) : "");
  }
}

let moved = Promise.resolve();
/** Move the end after the changes before: each is made from the poll that the one before returns. @param {string} step */
function closeIn(step) {
  moved = moved.finally(() => moveEnd(step));
}

/** Close the open poll after a time, by a key: its end moves there from wherever it is. @param {string} step */
async function moveEnd(step) {
  const { poll } = state;
  if (!allowed("polls.close")) return;
  const session = signed();
  if (!session) return;
  if (!poll || phaseOf(poll, at()) !== "open") {
    dispatch({ type: "alert", alert: alertOf("present.none_open", "present.no_end") });
    return;
  }
  try {
    const { method, path, body } = requestOf(pollActionOf(step, poll, at()), poll);
    /** @type {Reply<Poll>} */
    const changed = await request(session, method, path, body);
    dispatch({ type: "poll", poll: changed.body });
    say(turnOf(state, at()).text);
    live?.wake();
  } catch (failure) {
    alertFailure(failure);
  }
}

async function closeNow() {
  const session = signed();
  if (!session) return;
  try {
    /** @type {Reply<Poll>} */
    const { body } = await request(session, "POST", `/admin/api/polls/${state.poll?.poll_id}/close`);
    dispatch({ type: "poll", poll: body });
    say(phrase("present.closing", { seconds: COUNTDOWN_SECONDS }));
    live?.wake();
  } catch (failure) {
    const status = failure instanceof Failure ? failure.status : undefined;
    alertFailure(failure, status === 0 || (status && status >= 500) ? phrase("present.maybe_open") : "");
  }
}

async function signInHere() {
  try {
    await signIn(`${location.pathname}${location.search}`);
  } catch (failure) {
    alertFailure(failure);
  }
}

/**
 * Show why an action failed; errors of the page itself are thrown.
 * @param {unknown} failure
 * @param {string} advice
 * @param {string} done the part that has happened
 */
function alertFailure(failure, advice = "", done = "") {
  if (!(failure instanceof Failure)) throw failure;
  if (leftAfter(failure) === "expired") {
    leave("expired");
    if (state.session === "presenting") dispatch({ type: "alert", alert: noPermission(state, "polls.edit") });
    return;
  }
  const words = wordsOf(failure.status, failure.problem);
  if (failure.slug === "revision-conflict") {
    Object.assign(words, alertOf("present.changed", "present.changed_detail"));
    look().catch(() => {});
  }
  const detail = words.detail || advice || words.advice;
  const alert = done ? { title: done, detail: `${words.title}. ${detail}` } : { title: words.title, detail };
  dispatch({ type: "alert", alert });
}

function enlarge() {
  const large = document.body.dataset.large !== "true";
  document.body.dataset.large = String(large);
  $("enlarge").setAttribute("aria-pressed", String(large));
}

const full = () =>
  toggleFullscreen().catch(() =>
    dispatch({ type: "alert", alert: alertOf("present.no_full", "present.no_full_detail") }),
  );
const help = () => $("helping").showModal();
const turn = () => turnResults(!(state.poll && countsShown(state, at())));

function listen() {
  $("reveal").addEventListener("click", turn);
  $("enlarge").addEventListener("click", enlarge);
  $("full").addEventListener("click", full);
  $("close").addEventListener("click", askToClose);
  $("help").addEventListener("click", help);
  listenToKeys({
    r: turn,
    q: enlarge,
    f: full,
    c: askToClose,
    n: askForNext,
    d: toggleTheme,
    t: () => closeIn("in_30"),
    1: () => closeIn("in_60"),
    2: () => closeIn("in_120"),
    5: () => closeIn("in_300"),
    "?": help,
    PageDown: () => turnResults(true),
    PageUp: () => turnResults(false),
  });
  $("sign-in").addEventListener("click", signInHere);
  $("help-close").addEventListener("click", () => $("helping").close());
  $("confirm-no").addEventListener("click", () => $("confirm").close());
  $("confirm-yes").addEventListener("click", () => {
    $("confirm").close();
    confirmed?.();
  });
  $("confirm").addEventListener("keydown", (event) => {
    if (nameOf(event) === "n" && $("confirm-next").textContent) $("confirm-yes").click();
  });
  $("next").addEventListener("click", askForNext);
  $("dismiss").addEventListener("click", () => dispatch({ type: "alert", alert: null }));
  document.addEventListener("fullscreenchange", () => $("full").setAttribute("aria-pressed", String(isFull())));
  addEventListener("online", drawSoon);
  addEventListener("offline", drawSoon);
}

let spoken = "";
/** Announce the line under the bars to screen readers, without its countdown. */
function speak() {
  const { poll, results } = state;
  if (!poll) return;
  const { said } = turnOf(state, at());
  if (said === spoken) return;
  spoken = said;
  const final = results?.status === "closed" && countsShown(state, at());
  say(final ? [headlineOf(state, at()) || said, summary(poll, results)].join(". ") : said);
}

const closing = watchClosing(() => ({ poll: state.poll, now: at() }), fetchResults);

listen();
if (new URLSearchParams(location.search).get("overlay") === "1") root.overlay = "";
keepFitting($("presenter"));
hideWhenIdle();
stayAwake();
setInterval(() => {
  closing();
  drawNow();
  if (worded) speak();
}, TICK_MS);

const [, who] = await Promise.all([
  startLanguage(
    drawSoon,
    { folder: "/present/locales", english, published: PUBLISHED },
    { folder: "/organisers/locales", english: organisersEnglish, published: ORGANISERS_PUBLISHED },
  ),
  begin(),
]);
worded = true;
dispatch({ type: "session", session: who.session, role: who.role });
root.drawn = "";
if (who.ends) leaveAt(who.ends);
const wanted = new URLSearchParams(location.search).get("poll");

/** Fetch the poll to show; without one, the page shows why. */
async function look() {
  try {
    await (wanted && !state.poll ? showPoll(wanted) : fetchActivePoll());
    dispatch({ type: "trouble_cleared" });
  } catch (failure) {
    if (failure instanceof Failure) dispatch({ type: "trouble", status: failure.status, problem: failure.problem });
    throw failure;
  }
}
live = connectLive({
  ticket,
  shown: () => (state.poll ? { poll_id: state.poll.poll_id, version: state.results?.version ?? 0 } : {}),
  onMessage: receive,
  onMode: (mode) => dispatch({ type: "live", mode }),
  fetchInstead: () => Promise.all([look(), fetchResults()]),
  pingMs: ORGANISER_PING_MS,
});
setInterval(() => {
  const phase = state.poll && phaseOf(state.poll, at());
  if (phase !== "open" && phase !== "soon") look().catch(() => {});
}, POLL_INTERVAL_MS);
setInterval(() => {
  const { poll, session } = state;
  const phase = poll && phaseOf(poll, at());
  // A presenter session has no live messages with hidden counts.
  if (session === "presenting" && poll && phase === "open" && !isPublic(poll, phase)) fetchResults().catch(() => {});
}, HIDDEN_INTERVAL_MS);
await look().catch(() => {});
document.body.dataset.ready = ""; // the buttons appear in their place: a tap is not lost to one that moves away
lookForNext();
