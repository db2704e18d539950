// Casts one vote: sends it until its outcome is known.
import { Failure, publicApi } from "../api.js";
import { backoff, meaningOf, reasonFor } from "../logic/retry.js";
import { now } from "../now.js";
import { forget, rememberCode, rememberPending, rememberVote, standing } from "./local-storage.js";
import { solve } from "./proof-of-work.js";

/** @import { Choice, VoteRecorded, VoterTokenIssued } from "contracts" */
/** @import { Mine, PartialProblem, Proof, Reply, VoterAction } from "page-state" */

/** @typedef {{choice: Choice, code?: string, first?: Choice}} Sent `first`: the option that the page shows first */
/** @typedef {{proofs: number, proof: Proof|null}} Work the proof of work of one vote, sent again with it */
/**
 * @typedef {{status: number, body: VoteRecorded|PartialProblem, slug: string, retryAfter: number|null, sent?: boolean}}
 *   Outcome
 */

const KINDS = /** @type {const} */ (["other", "invalid_code", "closed", "unknown"]);
const NEW_VOTERS = 2; // new voter tokens per vote: after that a refusal has another cause
const NEW_PROOFS = 3; // new proofs per vote: a challenge may expire on a slow device, but not each time

let hasVoterToken = false; // requested once per page load; its cookie lasts longer
/** @type {Promise<Reply<VoterTokenIssued>>|null} The request that was sent at the first touch. */
let early = null;

/**
 * Request a voter token, one per browser: of two tabs that ask at the same moment, the second waits until the cookie of
 * the first is stored, and gets the same voter. Without Web Locks (a page without https) the request is sent at once.
 * @param {{poll_id: string, code: string}} [by] a valid code gets a voter token from a full network, too
 * @returns {Promise<Reply<VoterTokenIssued>>}
 */
const askInTurn = (by) => {
  const ask = () => publicApi.voterToken(by);
  return navigator.locks ? navigator.locks.request("voter-token", ask) : ask();
};

/** @param {string} pollId @param {string|undefined} code */
async function requestVoterToken(pollId, code) {
  const sent = early;
  early = null;
  try {
    await (sent ?? askInTurn());
  } catch (failure) {
    // The network has reached its limit of new voters.
    if (!(failure instanceof Failure) || failure.status !== 429 || !code) throw failure;
    await askInTurn({ poll_id: pollId, code });
  }
}

/**
 * Request the voter token before the tap, at the first touch of the page: on a slow network the vote is confirmed a round
 * trip sooner. A page that is only looked at requests none, as new voters of a network are limited.
 */
export function prepareVote() {
  if (hasVoterToken || early) return;
  early = askInTurn();
  early.catch(() => {}); // the vote takes the failure up
}

/**
 * Cast a vote: send the same choice with the same voter token until the outcome is known.
 * @param {string} pollId
 * @param {Sent} vote
 * @param {(action: VoterAction) => void} dispatch
 * @param {object} options
 * @param {boolean} options.remembered a vote of this device is recorded already: it is not overwritten
 * @param {boolean} options.resumed the vote was being sent when the page was closed
 * @returns {Promise<Mine|null>}
 */
export async function castVote(pollId, vote, dispatch, { remembered, resumed }) {
  const stands = () => remembered || standing(pollId, vote.code) !== null; // or one of another tab
  if (!stands()) rememberPending(pollId, vote.choice, vote.code);
  let voterTokens = 0;
  /** @type {Work} */
  const work = { proofs: 0, proof: null };
  let uncertain = resumed; // a request was sent, and its outcome is unknown
  for (let attempt = 1; ; attempt += 1) {
    dispatch({ type: "sending", poll_id: pollId });
    const outcome = await send(pollId, vote, work);
    const meaning = meaningOf(outcome.status, outcome.slug);
    if (meaning === "voter_token" && uncertain && outcome.slug !== "voter-token-expired") {
      // A new token is a new voter, unless it renews an expired one: a vote that may have been counted could count twice.
      return finish(pollId, vote, "refused", { body: {}, slug: "voter-token-lost" }, dispatch, stands());
    }
    if (meaning === "voter_token" && voterTokens < NEW_VOTERS) {
      voterTokens += 1;
      hasVoterToken = false;
      continue;
    }
    if (meaning === "proof" && work.proofs < NEW_PROOFS) {
      work.proofs += 1;
      work.proof = null;
      dispatch({ type: "postponed", poll_id: pollId, reason: "proving", again_at: null });
      continue;
    }
    if (meaning === "retry" || meaning === "wait") {
      uncertain ||= Boolean(outcome.sent) && meaning === "retry";
      const pause = backoff(meaning === "wait" ? 1 : attempt, outcome.retryAfter, Math.random());
      const reason = meaning === "wait" ? "wait" : reasonFor(outcome.status, navigator.onLine);
      dispatch({ type: "postponed", poll_id: pollId, reason, again_at: now() + pause });
      await soon(pause);
      continue;
    }
    // After a retry, "again" is the late first answer, and not news to the voter.
    const late = meaning === "again" && (attempt > 1 + work.proofs || resumed);
    return finish(pollId, vote, late ? "recorded" : meaning, outcome, dispatch, stands());
  }
}

/** @param {string} pollId @param {Sent} vote @param {Work} work @returns {Promise<Outcome>} */
async function send(pollId, { choice, code, first }, work) {
  let sent = false; // the vote itself
  try {
    if (!hasVoterToken) await requestVoterToken(pollId, code);
    hasVoterToken = true;
    if (work.proofs > 0) work.proof ??= await solve((await publicApi.challenge(pollId)).body);
    sent = true;
    const { status, body } = await publicApi.vote(pollId, choice, code, work.proof, first);
    return { status, body, slug: "", retryAfter: null };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return { status: failure.status, body: failure.problem, slug: failure.slug, retryAfter: failure.retryAfter, sent };
  }
}

/**
 * @param {string} pollId
 * @param {Sent} vote
 * @param {string} meaning
 * @param {Pick<Outcome, "body"|"slug">} outcome
 * @param {(action: VoterAction) => void} dispatch
 * @param {boolean} stands
 * @returns {Mine|null}
 */
function finish(pollId, { choice, code }, meaning, { body, slug }, dispatch, stands) {
  if (meaning === "recorded" || meaning === "again") {
    const { receipt, recorded_at, results_pass } = /** @type {VoteRecorded} */ (body); // by its meaning
    const mine = { choice, receipt, recorded_at, results_pass, code };
    rememberVote(pollId, mine);
    rememberCode(pollId, "");
    dispatch({ type: "answered", poll_id: pollId, answer: { kind: meaning }, mine });
    return mine;
  }
  if (!stands) forget(pollId);
  const kind = KINDS.find((one) => one === meaning) ?? "refused";
  const { title, detail } = /** @type {PartialProblem} */ (body); // by its meaning
  dispatch({ type: "answered", poll_id: pollId, answer: { kind, slug, title, detail } });
  return null;
}

/** Wait, at most until the network is back. @param {number} milliseconds @returns {Promise<void>} */
function soon(milliseconds) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
  });
}
