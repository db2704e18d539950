// Sign-in by authorization code with PKCE: requests and responses. No I/O.
/** @import { Role } from "contracts" */

import { phrase } from "./i18n.js";
import { roleOf } from "./role.js";

const SLACK_MS = 30_000; // a token that expires sooner counts as expired

/**
 * @typedef {{signInUrl: string, signInClientId: string, scope: string}} Config
 * @typedef {{access_token: string, expires_at: number, name: string, username: string, role: Role|"none"}} Session
 */

/** @param {string} origin */
const redirectUri = (origin) => `${origin}/admin/`;

/** @param {Config} config @param {string} origin @param {string} state @param {string} challenge */
export function authorizeUrl(config, origin, state, challenge) {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: config.signInClientId,
    redirect_uri: redirectUri(origin),
    scope: config.scope,
    state,
    code_challenge: challenge,
    code_challenge_method: "S256",
  });
  return `${config.signInUrl}/oauth2/authorize?${query}`;
}

/** @param {Config} config @param {string} origin */
export function logoutUrl(config, origin) {
  const query = new URLSearchParams({ client_id: config.signInClientId, logout_uri: redirectUri(origin) });
  return `${config.signInUrl}/logout?${query}`;
}

/** @param {Config} config @param {string} origin @param {string} code @param {string} verifier */
export function tokenRequest(config, origin, code, verifier) {
  return new URLSearchParams({
    grant_type: "authorization_code",
    client_id: config.signInClientId,
    redirect_uri: redirectUri(origin),
    code,
    code_verifier: verifier,
  });
}

const NOT_OURS = "signin.not_ours";
/** @type {Record<string, string>} */
const REFUSALS = {
  access_denied: "signin.refused",
  temporarily_unavailable: "signin.busy",
  server_error: "signin.failed",
};

/**
 * Read the address after the sign-in page. The state is compared first: an address without the state of this tab is
 * untrusted. Of an error only its code is used: its description could be any text in a link.
 * @param {URLSearchParams} query
 * @param {{state: string, verifier: string}|null} started the values that this tab stored when it left
 * @returns {null|{code: string, verifier: string, error?: undefined}|{error: string}}
 */
export function readCallback(query, started) {
  if (!query.has("error") && !query.has("code")) return null;
  const [state, ...more] = query.getAll("state");
  if (!started?.state || more.length || state !== started.state) return { error: phrase(NOT_OURS) };
  const [error, ...errors] = query.getAll("error");
  const [code, ...codes] = query.getAll("code");
  if (error !== undefined || errors.length || codes.length || !code) {
    return { error: phrase(Object.hasOwn(REFUSALS, error ?? "") ? REFUSALS[error] : "signin.incomplete") };
  }
  return { code, verifier: started.verifier };
}

/**
 * Return the session of a token response.
 * @param {{access_token: string, id_token?: string, expires_in: number}} answer
 * @param {number} now device time in ms
 * @returns {Session}
 */
export function sessionOf(answer, now) {
  const claims = claimsOf(answer.id_token);
  return {
    access_token: answer.access_token,
    expires_at: now + Number(answer.expires_in) * 1000,
    name: String(claims.email ?? claims["cognito:username"] ?? phrase("signin.nameless")),
    username: String(claims["cognito:username"] ?? ""),
    role: roleOf(claims["cognito:groups"]),
  };
}

/** @param {Session|null} session @param {number} now device time in ms @returns {session is Session} */
export const isFresh = (session, now) => session !== null && session.expires_at - SLACK_MS > now;

/**
 * Return the claims of a token, for display only: the API decides about permissions.
 * @param {string|undefined} token
 * @returns {Record<string, unknown>}
 */
function claimsOf(token) {
  try {
    const payload = (token ?? "").split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(payload), (character) => character.codePointAt(0) ?? 0);
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}
