// The actions of an organiser on the presenter: each sends its request, and announces its outcome.

import { fetchNext, openNext } from "../admin/open-next.js";
import { callSigned, signIn } from "../admin/session.js";
import { Failure, publicApi } from "../api.js";
import { COUNTDOWN_SECONDS, phaseOf, secondsUntil } from "../logic/clock.js";
import { phrase } from "../logic/i18n.js";
import { wordsOf } from "../logic/organiser-refusals.js";
import { pollActionOf, requestOf } from "../logic/poll-actions.js";
import { lifecycleOf } from "../logic/poll-status.js";
import { alertOf, countsShown, headlineOf, may, noControl, noPermission, turnOf } from "../logic/present.js";
import { summary } from "../logic/status-text.js";
import { halfDone, openedText } from "../logic/up-next.js";
import { now } from "../now.js";
import { forget, kept, request } from "./session.js";
import { at, dispatch, look, phase, say, set, warn } from "./store.js";

/** @import { Poll } from "contracts" */
/** @import { AnyPoll, Reply } from "page-state" */

/** Opens the connection that messages come on at once. */
export const live = { wake: () => {} };

/** @returns {"in"|"presenting"|null} */
const signed = () => {
  const { session } = look();
  return session === "in" || session === "presenting" ? session : null;
};

/** Return the state of the session after a refusal, or null if the refusal is about something else. @param {unknown} failure */
function leftAfter(failure) {
  if (!(failure instanceof Failure)) return null;
  if (failure.status === 401 || failure.slug === "not-allowed") return "expired";
  return failure.status === 403 ? "roleless" : null;
}

/** End the control of the poll, and say so: keys and buttons would do nothing. @param {"expired"|"roleless"} session */
export function leave(session) {
  const current = signed();
  if (!current) return;
  const narrow = current === "in" && session === "expired" ? kept() : null;
  if (narrow) {
    dispatch({ type: "session", session: "presenting", role: narrow.role });
    leaveAt(narrow.ends);
    return;
  }
  forget();
  const alert = noControl({ session });
  dispatch({ type: "session", session });
  warn(alert);
  say(`${alert?.title} ${alert?.detail}`);
}

/** @type {ReturnType<typeof setTimeout>|undefined} */
let leaving;
/** Leave the session at its end, and no longer at that of the session before. @param {number} ends device time in ms */
export function leaveAt(ends) {
  clearTimeout(leaving);
  leaving = setTimeout(() => leave("expired"), Math.max(0, ends - now()));
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
    const left = leftAfter(failure);
    if (!left) throw failure;
    leave(left);
    return asPublic();
  }
}

/** @param {string} pollId */
export async function showPoll(pollId) {
  const path = `/admin/api/polls/${encodeURIComponent(pollId)}`;
  const { body } = await either(look().session === "in" ? () => callSigned("GET", path) : null, () =>
    publicApi.poll(pollId),
  );
  const before = look().poll?.poll_id;
  dispatch({ type: "poll", poll: body });
  if (look().poll?.poll_id !== before) {
    await fetchResults().catch(() => {});
    lookForNext();
  }
}

export async function fetchResults() {
  const { poll } = look();
  if (!poll || poll.status === "draft") return;
  const id = poll.poll_id;
  const { body } = await either(
    (session) => request(session, "GET", `/admin/api/results/${id}`),
    () => publicApi.results(id),
  );
  dispatch({ type: "message", message: body });
}

export async function ticket() {
  const asOrganiser = look().session === "in" ? () => callSigned("POST", "/admin/api/live/ticket") : null;
  return (await either(asOrganiser, () => publicApi.ticket())).body.ticket;
}

/** Show or hide the results. @param {boolean} on */
export async function turnResults(on) {
  speak();
  if (on && !look().results && signed()) await fetchResults().catch(() => {});
  const { poll, results } = look();
  if (!poll || on === countsShown(look(), at())) return;
  if (on && !results) return warn(noControl(look()) ?? alertOf("present.no_votes", "present.no_votes_detail"));
  dispatch({ type: "decide", decided: on ? "shown" : "hidden" });
  say(on && results ? summary(poll, results) : phrase("present.hidden"));
}
export const turn = () => turnResults(!(look().poll && countsShown(look(), at())));

/** Return whether the organiser has a permission; otherwise the page says why not. @param {"polls.close"|"polls.edit"} permission */
function allowed(permission) {
  if (may(look(), permission)) return true;
  if (look().session !== "loading") warn(noPermission(look(), permission));
  return false;
}

export const closesSoon = () => (secondsUntil(look().poll?.closes_at, at()) ?? Infinity) <= COUNTDOWN_SECONDS;

/** @param {string} title @param {string} yes @param {string} next @param {() => unknown} work */
const confirm = (title, yes, next, work) =>
  set({ asked: { title: phrase(title), yes: phrase(yes), question: look().poll?.question ?? "", next, work } });

export function askToClose() {
  if (!allowed("polls.close")) return;
  if (phase() !== "open" && phase() !== "soon") warn(alertOf("present.none_open", "present.none_to_close"));
  else if (!closesSoon()) confirm("present.close_title", "present.close_yes", "", closeNow);
}

/** Look for the draft that is up next; without one the button disappears. */
export async function lookForNext() {
  if (!may(look(), "polls.edit")) return;
  const poll = await fetchNext().catch(() => undefined); // the next look may find it
  if (poll !== undefined) dispatch({ type: "next", poll });
}

let asking = false;
export async function askForNext() {
  if (asking || !allowed("polls.edit")) return;
  asking = true;
  await lookForNext();
  asking = false;
  const { next, poll } = look();
  if (!next) warn(alertOf("present.no_draft", "present.no_draft_detail"));
  else if (!poll || phaseOf(poll, at()) !== "open") await goOn(null);
  else if (allowed("polls.close")) {
    const text = phrase("present.next_is", { question: next.question });
    confirm("present.next_title", "present.next_yes", text, () => goOn(poll));
  }
}

/** @param {AnyPoll|null} current the open poll */
async function goOn(current) {
  const { next } = look();
  if (!next) return;
  const { closing, opened, failure } = await openNext(current, next);
  if (closing) dispatch({ type: "poll", poll: closing });
  if (opened) {
    done(opened, openedText(closing, next, COUNTDOWN_SECONDS));
    lookForNext();
  } else {
    fail(failure, phrase("present.try_again"), closing ? halfDone(closing, next) : "");
  }
}

/** @param {Poll} poll as the request has left it @param {string} text */
function done(poll, text) {
  dispatch({ type: "poll", poll });
  say(text || turnOf(look(), at()).text);
  live.wake();
}

let moved = Promise.resolve();
/**
 * Close the open poll after a time: its end moves there from wherever it is. Changes are made one after the other, each from
 * the poll that the one before returns.
 * @param {string} step
 */
export function closeIn(step) {
  moved = moved.finally(async () => {
    if (!allowed("polls.close")) return;
    if (phase() === "open") await change(step, "");
    else warn(alertOf("present.none_open", "present.no_end"));
  });
}

/** Return whether an opening can still be taken back: the last seconds of its countdown are too late for every copy. */
export function canCancel() {
  const { poll } = look();
  return poll !== null && lifecycleOf(poll, at()) === "scheduled";
}

/** Take back an opening while it is counted down: the poll is a draft again. */
export async function cancelOpening() {
  if (canCancel() && allowed("polls.edit")) await change("take_back", phrase("present.cancelled"));
}

const closeNow = () => change("close", phrase("present.closing", { seconds: COUNTDOWN_SECONDS }));

/** Change the shown poll. @param {string} step @param {string} text said once it is done */
async function change(step, text) {
  const [session, { poll }] = [signed(), look()];
  if (!session || !poll) return;
  try {
    const { method, path, body } = requestOf(pollActionOf(step, poll, at()), poll);
    /** @type {Reply<Poll>} */
    const changed = await request(session, method, path, body);
    done(changed.body, text);
  } catch (failure) {
    const unsure = failure instanceof Failure && (failure.status === 0 || failure.status >= 500);
    fail(failure, unsure && step === "close" ? phrase("present.maybe_open") : "");
  }
}

export const signInHere = () => signIn(`${location.pathname}${location.search}`).catch(fail);

/**
 * Show why an action failed; errors of the page itself are thrown.
 * @param {unknown} failure
 * @param {string} advice
 * @param {string} partly the part that has happened
 */
function fail(failure, advice = "", partly = "") {
  if (!(failure instanceof Failure)) throw failure;
  if (leftAfter(failure) === "expired") {
    leave("expired");
    if (look().session === "presenting") warn(noPermission(look(), "polls.edit"));
    return;
  }
  const words = wordsOf(failure.status, failure.problem);
  if (failure.slug === "revision-conflict") {
    Object.assign(words, alertOf("present.changed", "present.changed_detail"));
    if (look().poll) showPoll(look().poll?.poll_id ?? "").catch(() => {});
  }
  const detail = words.detail || advice || words.advice;
  warn(partly ? { title: partly, detail: `${words.title}. ${detail}` } : { title: words.title, detail });
}

let spoken = "";
/** Announce the line under the bars to screen readers, without its countdown. */
export function speak() {
  const { poll, results } = look();
  if (!poll) return;
  const { said } = turnOf(look(), at());
  if (said === spoken) return;
  spoken = said;
  const final = results?.status === "closed" && countsShown(look(), at());
  say(final ? [headlineOf(look(), at()) || said, summary(poll, results)].join(". ") : said);
}
