// Retries, and the meaning of an answer to a vote. The status decides: gateways and firewalls answer without a body.

const FIRST_MS = 600;
const MAX_MS = 15_000;
const CONNECTIONS_PER_SECOND = 400; // below API Gateway's quota, which other pages need, too

/**
 * Return the milliseconds before a retry: exponential backoff with full jitter above a floor, never less than the
 * server asked for.
 * @param {number} attempt 1: the first retry
 * @param {number|null} retryAfterSeconds
 * @param {number} random in [0, 1)
 */
export function backoff(attempt, retryAfterSeconds, random) {
  const ceiling = Math.min(MAX_MS, FIRST_MS * 2 ** (attempt - 1));
  const jittered = ceiling / 2 + random * (ceiling / 2);
  const asked = (retryAfterSeconds ?? 0) * 1000;
  // Many devices were asked to wait at the same time: the random part spreads their retries.
  return Math.round(Math.max(jittered, asked + (asked ? random * Math.max(1000, asked / 5) : 0)));
}

/**
 * Return the milliseconds before a page whose live connection was lost connects again. A deployment may cut all
 * connections at once, and API Gateway opens 500 a second, so the pages of a large audience share that time.
 * @param {number|null} audience the number of open pages, in the last message about it
 * @param {number} random in [0, 1)
 */
export function reconnectSpread(audience, random) {
  return Math.round(((audience ?? 0) / CONNECTIONS_PER_SECOND) * 1000 * random);
}

/**
 * Return the meaning of the answer to `POST /vote`.
 *
 * `voter_token` asks for a new voter token, `proof` for a proof of work, `wait` for the opening. `retry` sends the same
 * vote with the same voter token again: it may have been counted, and sending it twice is safe.
 * @param {number} status 0: no answer
 * @param {string} problem the problem's slug, "" without one
 * @returns
 *   {"recorded"|"again"|"other"|"wait"|"voter_token"|"proof"|"invalid_code"|"closed"|"unknown"|"retry"|"refused"}
 */
export function meaningOf(status, problem) {
  if (status === 201) return "recorded";
  if (status === 200) return "again";
  if (status === 409) return problem === "not-open-yet" ? "wait" : "other";
  if (status === 403 && problem === "invalid-code") return "invalid_code";
  if (status === 401 || (status === 403 && problem === "invalid-voter-token")) return "voter_token";
  if (status === 403 && problem === "proof-needed") return "proof";
  if (status === 410) return "closed";
  if (status === 404) return "unknown";
  if (status === 0 || status === 408 || status === 425 || status === 429 || status >= 500) return "retry";
  return "refused";
}

/**
 * Return the reason for a retry, as the voter reads it.
 * @param {number} status
 * @param {boolean} online as the browser reports it
 * @returns {"offline"|"unreachable"|"crowded"|"busy"}
 */
export function reasonFor(status, online) {
  if (status === 429) return "crowded";
  if (status !== 0) return "busy";
  return online ? "unreachable" : "offline";
}
