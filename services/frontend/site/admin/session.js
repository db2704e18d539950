// The organiser's session in this tab. Tokens live in this module and in the tab's own storage, nowhere else.
import { call, download, Failure } from "../api.js";
import { authorizeUrl, isFresh, logoutUrl, readCallback, sessionOf, tokenRequest } from "../logic/session.js";
import { submissionOf } from "../logic/submission.js";
import { now } from "../now.js";
import { tab } from "../storage.js";

const STARTED = "tot.signin.started";
const SESSION = "tot.signin.session";
const SUBMISSION = "tot.submission:";
const STORAGE_BLOCKED = {
  title: "Your browser blocks this site's data",
  detail: "Signing in needs the tab's own storage. Allow site data for this site, then sign in again.",
};

let config = null;
let session = null;

/** Needed on the way to and from the sign-in page alone: a tab that is signed in starts without it. */
async function configuration() {
  config ??= (await call("GET", "/config.json")).body;
  return config;
}

const stored = (key) => JSON.parse(tab.get(key) ?? "null");
const base64url = (bytes) =>
  btoa(String.fromCodePoint(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/**
 * Take up the session of this tab, or the one that the sign-in page has just sent back.
 * @returns {Promise<{name: string, username: string, role: string, expires_at: number}|null>}
 * @throws {Failure} when configuration or token cannot be had
 */
export async function resume() {
  const query = new URLSearchParams(location.search);
  const started = stored(STARTED);
  const callback = readCallback(query, started);
  if (callback) {
    history.replaceState(null, "", location.pathname + (started?.tab ?? "")); // a code is used once; a reload must not try again
    tab.remove(STARTED);
    if (callback.error) throw new Failure(400, { title: "Not signed in", detail: callback.error });
    session = await exchange(callback);
    tab.set(SESSION, JSON.stringify(session));
    if (started.back) return leaveFor(started.back);
  }
  session ??= stored(SESSION);
  if (!isFresh(session, now())) return null;
  const { name, username, role, expires_at } = session;
  return { name, username, role, expires_at };
}

async function exchange({ code, verifier }) {
  const known = await configuration();
  let response;
  try {
    response = await fetch(`${known.signInUrl}/oauth2/token`, {
      method: "POST",
      body: tokenRequest(known, location.origin, code, verifier),
      credentials: "omit",
    });
  } catch {
    throw new Failure(0, { title: "The sign-in service cannot be reached" });
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok && answer.access_token) return sessionOf(answer, now());
  throw new Failure(response.status, { title: "The sign-in was not accepted", detail: "Please sign in again." });
}

/** The sign-in page knows one way back, to the dashboard; another page of ours that asked is one step further. */
function leaveFor(page) {
  location.replace(new URL(page, location.origin));
  return new Promise(() => {}); // nothing is drawn on the way
}

/**
 * Leave for the sign-in page; what was typed waits in this tab.
 * @param {string|null} back the page to come back to, if it is not the dashboard
 */
export async function signIn(back = null) {
  const known = await configuration();
  const started = { state: random(), verifier: random(), back, tab: location.hash };
  if (!tab.set(STARTED, JSON.stringify(started))) throw new Failure(0, STORAGE_BLOCKED); // the way back could not be proven
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(started.verifier));
  location.assign(authorizeUrl(known, location.origin, started.state, base64url(new Uint8Array(digest))));
}

export async function signOut() {
  const known = await configuration();
  session = null;
  tab.remove(SESSION);
  location.assign(logoutUrl(known, location.origin));
}

/** Call the admin API as whoever is signed in; 401 when nobody is. */
export async function callSigned(method, path, body, key) {
  if (!isFresh(session, now())) throw new Failure(401, { title: "Your sign-in has expired" });
  return call(method, path, { body, token: session.access_token, key });
}

/**
 * Create one thing, however often it takes to hear of it: the same submission has the same key, in this tab and
 * after a reload, until an answer says what became of it.
 */
export async function createSigned(path, body) {
  const name = `${SUBMISSION}${path}`;
  const submission = submissionOf(stored(name), JSON.stringify(body), random());
  tab.set(name, JSON.stringify(submission));
  const answer = await callSigned("POST", path, body, submission.key);
  tab.remove(name);
  return answer;
}

/** What became of a submission is known by other means than its answer. @param {string} path */
export const forgetSubmission = (path) => tab.remove(`${SUBMISSION}${path}`);

/** Send a file to the admin API as whoever is signed in. @param {File} file */
export async function uploadSigned(path, file) {
  if (!isFresh(session, now())) throw new Failure(401, { title: "Your sign-in has expired" });
  return call("POST", path, { file, token: session.access_token });
}

/** A page of a file, as whoever is signed in. */
export async function downloadSigned(path) {
  if (!isFresh(session, now())) throw new Failure(401, { title: "Your sign-in has expired" });
  return download(path, session.access_token);
}
