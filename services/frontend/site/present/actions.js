// The actions of an organiser on the presenter: each sends its request, and announces its outcome.

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
import { wake } from "../organisers/live-connection.js";
import { fetchNext, fetchPoll, issueTicket, openNext } from "../organisers/polls.js";
import { signIn } from "../organisers/session.js";
import { forget, kept, request } from "./session.js";
import { at, dispatch, phase, read, say, set, warn } from "./store.js";

/** @import { Poll } from "contracts" */
/** @import { AnyPoll, Question, Reply } from "page-state" */

/** @returns {"in"|"presenting"|null} */
const signed = () => {
  const { session } = read();
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
 * Send a request as an organiser while that is possible; otherwise as the public. Return the body of the answer.
 * @template Own, Public
 * @param {false|null|(() => Promise<Own>)} asOrganiser
 * @param {() => Promise<Reply<Public>>} asPublic
 * @returns {Promise<Own|Public>}
 */
async function either(asOrganiser, asPublic) {
  try {
    if (asOrganiser) return await asOrganiser();
  } catch (failure) {
    const left = leftAfter(failure);
    if (!left) throw failure;
    leave(left);
  }
  return (await asPublic()).body;
}

const isOrganiser = () => read().session === "in";

/** @param {string} pollId */
export async function showPoll(pollId) {
  const poll = await either(isOrganiser() && (() => fetchPoll(pollId)), () => publicApi.poll(pollId));
  const before = read().poll?.poll_id;
  dispatch({ type: "poll", poll });
  if (read().poll?.poll_id !== before) {
    await fetchResults().catch(() => {});
    lookForNext();
  }
}

/** Show no poll in place of one that has been deleted, as a rehearsal is at its end, or is no longer public. */
export async function leaveDeleted() {
  const { poll } = read();
  if (!poll || phase() !== "draft") return;
  try {
    await showPoll(poll.poll_id);
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.status !== 404) throw failure;
    dispatch({ type: "poll_removed", poll_id: poll.poll_id });
  }
}

export async function fetchResults() {
  const { poll } = read();
  if (!poll || poll.status === "draft") return;
  const [id, session] = [poll.poll_id, signed()];
  const message = await either(session && (() => request(session, "GET", `/admin/api/results/${id}`)), () =>
    publicApi.results(id),
  );
  dispatch({ type: "message", message });
}

export const ticket = async () => (await either(isOrganiser() && issueTicket, () => publicApi.ticket())).ticket;

/** Show or hide the results. @param {boolean} on */
export async function turnResults(on) {
  speak();
  if (on && !read().results && signed()) await fetchResults().catch(() => {});
  const { poll, results } = read();
  if (!poll || on === countsShown(read(), at())) return;
  if (on && !results) return warn(noControl(read()) ?? alertOf("present.no_votes", "present.no_votes_detail"));
  dispatch({ type: "decide", decided: on ? "shown" : "hidden" });
  say(on && results ? summary(poll, results) : phrase("present.hidden"));
}
export const turn = () => turnResults(!(read().poll && countsShown(read(), at())));

/** Return whether the organiser has a permission; otherwise the page says why not. @param {"polls.close"|"polls.edit"} permission */
function allowed(permission) {
  if (may(read(), permission)) return true;
  if (read().session !== "loading") warn(noPermission(read(), permission));
  return false;
}

export const closesSoon = () => (secondsUntil(read().poll?.closes_at, at()) ?? Infinity) <= COUNTDOWN_SECONDS;

/** Ask before the poll closes. @param {string} title @param {string} yes @param {Pick<Question, "work"|"again">} work @param {string[]} further questions */
const confirm = (title, yes, work, ...further) =>
  set({
    asked: {
      title: phrase(title),
      questions: [read().poll?.question ?? "", ...further],
      tells: [phrase("present.close_effect")],
      no: phrase("present.close_keep"),
      yes: phrase(yes),
      ...work,
    },
  });

export function askToClose() {
  if (!allowed("polls.close")) return;
  if (phase() !== "open" && phase() !== "soon") warn(alertOf("present.none_open", "present.none_to_close"));
  else if (!closesSoon()) confirm("present.close_title", "present.close_yes", { work: closeNow });
}

/** Look for the draft that is up next; without one the button disappears. */
export async function lookForNext() {
  if (!may(read(), "polls.edit")) return;
  const poll = await fetchNext().catch(() => undefined); // the next look may find it
  if (poll !== undefined) dispatch({ type: "next", poll });
}

let asking = false;
export async function askForNext() {
  if (asking || !allowed("polls.edit")) return;
  asking = true;
  await lookForNext();
  asking = false;
  const { next, poll } = read();
  if (!next) warn(alertOf("present.no_draft", "present.no_draft_detail"));
  else if (!poll || phaseOf(poll, at()) !== "open") await goOn(null);
  else if (allowed("polls.close")) {
    const text = phrase("present.next_is", { question: next.question });
    confirm("present.next_title", "present.next_yes", { work: () => goOn(poll), again: "n" }, text);
  }
}

/** @param {AnyPoll|null} current the open poll */
async function goOn(current) {
  const { next } = read();
  if (!next) return;
  const { closing, opened, failure } = await openNext(current, next);
  if (closing) dispatch({ type: "poll", poll: closing });
  if (!opened) return fail(failure, phrase("present.try_again"), closing ? halfDone(closing, next) : "");
  done(opened, openedText(closing, next, COUNTDOWN_SECONDS));
  lookForNext();
}

let spoken = "";
/** @param {Poll} poll as the request has left it @param {string} text */
function done(poll, text) {
  dispatch({ type: "poll", poll });
  const turn = turnOf(read(), at());
  spoken = turn.said; // the text announces the change: the line under the bars would replace it
  say(text || turn.text);
  wake();
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
  const { poll } = read();
  return poll !== null && lifecycleOf(poll, at()) === "scheduled";
}

/** Take back an opening while it is counted down: the poll is a draft again. */
export async function cancelOpening() {
  if (canCancel() && allowed("polls.edit")) await change("take_back", phrase("present.cancelled"));
}

const closeNow = () => change("close", phrase("present.closing", { seconds: COUNTDOWN_SECONDS }));

/** Change the shown poll. @param {string} step @param {string} text said once it is done */
async function change(step, text) {
  const [session, { poll }] = [signed(), read()];
  if (!session || !poll) return;
  try {
    const { method, path, body } = requestOf(pollActionOf(step, poll, at()), poll);
    done(await request(session, method, path, body), text);
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
    if (read().session === "presenting") warn(noPermission(read(), "polls.edit"));
    return;
  }
  const words = wordsOf(failure.status, failure.problem);
  if (failure.slug === "revision-conflict") {
    Object.assign(words, alertOf("present.changed", "present.changed_detail"));
    if (read().poll) showPoll(read().poll?.poll_id ?? "").catch(() => {});
  }
  const detail = words.detail || advice || words.advice;
  warn(partly ? { title: partly, detail: `${words.title}. ${detail}` } : { title: words.title, detail });
}

/** Announce the line under the bars to screen readers, without its countdown. */
export function speak() {
  const { poll, results } = read();
  if (!poll) return;
  const { said } = turnOf(read(), at());
  if (said === spoken) return;
  spoken = said;
  const final = results?.status === "closed" && countsShown(read(), at());
  say(final ? [headlineOf(read(), at()) || said, summary(poll, results)].join(". ") : said);
}
