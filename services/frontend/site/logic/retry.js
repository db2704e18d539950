// When to try again, and what an answer to a vote means. Statuses decide: gateways and firewalls answer bare.

const FIRST_MS = 600;
const MAX_MS = 15_000;

/**
 * Milliseconds to wait before attempt number `attempt` (1 = first retry): exponential with full jitter above a floor,
 * never sooner than the server asked for.
 * @param {number} attempt
 * @param {number|null} retryAfterSeconds
 * @param {number} random in [0, 1)
 */
export function backoff(attempt, retryAfterSeconds, random) {
  const ceiling = Math.min(MAX_MS, FIRST_MS * 2 ** (attempt - 1));
  const jittered = ceiling / 2 + random * (ceiling / 2);
  const asked = (retryAfterSeconds ?? 0) * 1000;
  // Whoever was asked to wait was so together with many others: they come back one by one.
  return Math.round(Math.max(jittered, asked + (asked ? random * Math.max(1000, asked / 5) : 0)));
}

/**
 * What the answer to POST /vote means to the voter.
 *
 * `voter_token` asks for a fresh voter token, `proof` for a proof of work, `wait` for the opening, `retry` for the same vote again with the same voter token:
 * it is not known whether it counted, and sending it twice is safe.
 * @param {number} status 0 = no answer
 * @param {string} problem the problem's slug, "" if the body had none
 * @returns {"recorded"|"again"|"other"|"wait"|"voterToken"|"proof"|"invalid_code"|"closed"|"unknown"|"retry"|"refused"}
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
 * Why the same request is sent again, as told to the voter.
 * @param {number} status
 * @param {boolean} online what the browser thinks
 * @returns {"offline"|"unreachable"|"crowded"|"busy"}
 */
export function reasonFor(status, online) {
  if (status === 429) return "crowded";
  if (status !== 0) return "busy";
  return online ? "unreachable" : "offline";
}
