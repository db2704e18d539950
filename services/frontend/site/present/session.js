// The presenter's session: the organiser's own while it lasts, then one that can only show results and close (ADR 53). Its
// token is in a cookie that no script can read.
import { call } from "../api.js";
import { keptPresenter, PRESENTER_SESSION } from "../logic/present-session.js";
import { now } from "../now.js";
import { callSigned, resume } from "../organisers/session.js";
import { device } from "../storage.js";

/** @import { PresenterSession } from "contracts" */

/** Return the presenter session of this browser, or null. */
export const kept = () => keptPresenter(device.get(PRESENTER_SESSION), now());

export const forget = () => device.remove(PRESENTER_SESSION);

/**
 * Resume the organiser's session, with which a presenter session begins; otherwise the presenter session of this browser.
 * @returns {Promise<{session: "in"|"presenting"|"out", role: PresenterSession["role"]|"none", ends: number|null}>}
 */
export async function begin() {
  const organiser = await resume().catch(() => null);
  if (organiser) {
    start(organiser).catch(() => {}); // without it control ends with the organiser's own session
    return { session: "in", role: organiser.role, ends: organiser.expires_at };
  }
  const session = kept();
  return session
    ? { session: "presenting", role: session.role, ends: session.ends }
    : { session: "out", role: "none", ends: null };
}

/** Start a presenter session, unless this member has one for an event's length. @param {{username: string, role: string}} organiser */
async function start({ username, role }) {
  const session = kept();
  if (role === "none" || (session?.username === username && session.long)) return;
  device.set(PRESENTER_SESSION, JSON.stringify(await callSigned("POST", "/admin/api/presenter-session")));
}

/**
 * Send a request of the organiser's, or one of the few that a presenter session may send; return the body of its answer.
 * @template Body
 * @param {"in"|"presenting"} session
 * @param {string} method
 * @param {string} path of the admin API
 * @param {object} [body]
 * @returns {Promise<Body>}
 */
export async function request(session, method, path, body) {
  if (session === "in") return callSigned(method, path, body);
  return (await call(method, path.replace("/admin/api/", "/admin/api/presenter/"), { body })).body;
}
