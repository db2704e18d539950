// The organiser's session in this tab. Tokens are in this module and in the tab's own storage only.
import { call, download, Failure } from "../api.js";
import { base64Of, bytesOf, sha256 } from "../logic/bytes.js";
import { phrase } from "../logic/i18n.js";
import { keptPresenter, PRESENTER_SESSION } from "../logic/present-session.js";
import { authorizeUrl, isFresh, logoutUrl, readCallback, sessionOf, tokenRequest } from "../logic/session.js";
import { submissionOf } from "../logic/submission.js";
import { now } from "../now.js";
import { device, tab } from "../storage.js";

/** @import { Config, Session } from "../logic/session.js" */
/** @import { Reply } from "page-state" */

const STARTED = "tot.signin.started";
const SESSION = "tot.signin.session";
const SUBMISSION = "tot.submission:";
const storageBlocked = () => ({ title: phrase("signin.blocked"), detail: phrase("signin.blocked_detail") });

/** @type {Config|null} */
let config = null;
/** @type {Session|null} */
let session = null;

/** Fetch the configuration, which is needed for the sign-in page only. */
async function configuration() {
  if (config) return config;
  /** @type {Reply<Config>} */
  const { body } = await call("GET", "/config.json");
  config = body;
  return config;
}

/** @param {string} key */
const stored = (key) => JSON.parse(tab.get(key) ?? "null");
/** @param {Uint8Array} bytes */
const base64url = (bytes) => base64Of(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/**
 * Resume the session of this tab, or start the one that the sign-in page has returned.
 * @returns {Promise<Omit<Session, "access_token">|null>}
 * @throws {Failure} if configuration or token cannot be fetched
 */
export async function resume() {
  const query = new URLSearchParams(location.search);
  const started = stored(STARTED);
  const callback = readCallback(query, started);
  if (callback) {
    history.replaceState(null, "", location.pathname + (started?.tab ?? "")); // a code is valid once: a reload must not use it again
    tab.remove(STARTED);
    if (callback.error !== undefined) throw new Failure(400, { title: phrase("signin.none"), detail: callback.error });
    session = await exchange(callback);
    tab.set(SESSION, JSON.stringify(session));
    if (started.back) return leaveFor(started.back);
  }
  session ??= stored(SESSION);
  if (!isFresh(session, now())) return null;
  const { name, username, role, expires_at } = session;
  return { name, username, role, expires_at };
}

/** Exchange an authorization code for a token. @param {{code: string, verifier: string}} callback */
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
    throw new Failure(0, { title: phrase("signin.unreachable") });
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok && answer.access_token) return sessionOf(answer, now());
  throw new Failure(response.status, { title: phrase("signin.rejected"), detail: phrase("signin.again") });
}

/**
 * Leave for the page that asked for the sign-in: the sign-in page itself returns to the dashboard only.
 * @param {string} page
 * @returns {Promise<never>}
 */
function leaveFor(page) {
  location.replace(new URL(page, location.origin).href);
  return new Promise(() => {}); // never resolves: the page draws nothing before it is left
}

/**
 * Leave for the sign-in page; the typed text is stored in this tab.
 * @param {string|null} back the page to return to, if it is not the dashboard
 */
export async function signIn(back = null) {
  const known = await configuration();
  const started = { state: random(), verifier: random(), back, tab: location.hash };
  if (!tab.set(STARTED, JSON.stringify(started))) throw new Failure(0, storageBlocked()); // the state of the answer could not be verified
  const challenge = base64url(await sha256(bytesOf(started.verifier)));
  location.assign(authorizeUrl(known, location.origin, started.state, challenge));
}

export async function signOut() {
  const known = await configuration();
  if (keptPresenter(device.get(PRESENTER_SESSION), now())) {
    device.remove(PRESENTER_SESSION);
    await call("DELETE", "/admin/api/presenter/session").catch(() => {}); // it ends by itself
  }
  session = null;
  tab.remove(SESSION);
  location.assign(logoutUrl(known, location.origin));
}

/** @throws {Failure} 401 without a session */
function authorization() {
  if (!isFresh(session, now())) throw new Failure(401, { title: phrase("refusal.expired") });
  return { authorization: `Bearer ${session.access_token}` };
}

/**
 * Call the admin API as the signed-in organiser; return the body of its answer.
 * @template Body
 * @param {string} method
 * @param {string} path
 * @param {object} [body] a file is sent as it is
 * @param {string} [key] an idempotency key, the same for every attempt of one submission
 * @returns {Promise<Body>}
 */
export async function callSigned(method, path, body, key) {
  const headers = { ...authorization(), ...(key && { "idempotency-key": key }) };
  return (await call(method, path, { body, headers })).body;
}

/**
 * Create one thing, however many attempts it takes: the same submission has the same idempotency key, in this tab and
 * after a reload, until its outcome is known.
 * @template Body
 * @param {string} path
 * @param {object} body
 * @returns {Promise<Body>}
 */
export async function createSigned(path, body) {
  const name = `${SUBMISSION}${path}`;
  const submission = submissionOf(stored(name), JSON.stringify(body), random());
  tab.set(name, JSON.stringify(submission));
  const created = await callSigned("POST", path, body, submission.key);
  tab.remove(name);
  return created;
}

/** Forget a submission after its outcome is known without an answer. @param {string} path */
export const forgetSubmission = (path) => tab.remove(`${SUBMISSION}${path}`);

/** Download a page of a file as the signed-in organiser. @param {string} path */
export const downloadSigned = async (path) => download(path, authorization());
