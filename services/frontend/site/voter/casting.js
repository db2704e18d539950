// Takes one vote to its end: the same choice with the same voter token, again and again, until the answer is known.
import { Failure, publicApi } from "../api.js";
import { backoff, meaningOf, reasonFor } from "../logic/retry.js";
import { now } from "../now.js";
import { forget, rememberCode, rememberPending, rememberVote, standing } from "./local-storage.js";
import { solve } from "./proof-of-work.js";

const NEW_VOTERS = 2; // a voter token that is refused more often than this is not the voter token's fault
const NEW_PROOFS = 3; // nor a proof: a challenge may expire on a slow device, but not for ever

let voterToken = null; // one per page load; its cookie lasts

/**
 * One voter token per browser: of two tabs that ask at the same moment, the second waits until the cookie of the first
 * is stored, and is answered with that one. Without Web Locks (a page without https) it asks at once.
 */
const requestVoterToken = (pollId, code) => {
  const ask = () =>
    publicApi.voterToken().catch((failure) => {
      // The network has had its number of new voters: a genuine code gets its voter a token all the same.
      if (failure.status !== 429 || !code) throw failure;
      return publicApi.voterToken({ poll_id: pollId, code });
    });
  return navigator.locks ? navigator.locks.request("voter-token", ask) : ask();
};

/**
 * @param {string} pollId
 * @param {{choice: "a"|"b", code?: string}} vote
 * @param {(action: object) => void} dispatch
 * @param {object} options
 * @param {boolean} options.remembered a vote of this device stands already: ask, but do not overwrite it
 * @param {boolean} options.resumed the vote was under way when the page was closed
 */
export async function castVote(pollId, vote, dispatch, { remembered, resumed }) {
  const stands = () => remembered || standing(pollId, vote.code) !== null; // or of another tab, meanwhile
  if (!stands()) rememberPending(pollId, vote.choice, vote.code);
  let voterTokens = 0;
  const work = { proofs: 0, proof: null }; // for this vote alone; sent again with it
  let uncertain = resumed; // a request was sent whose outcome is not known
  for (let attempt = 1; ; attempt += 1) {
    dispatch({ type: "sending", poll_id: pollId });
    const outcome = await send(pollId, vote, work);
    const meaning = meaningOf(outcome.status, outcome.slug);
    if (meaning === "voter_token" && uncertain && outcome.slug !== "voter-token-expired") {
      // A new token is a new voter, unless it renews an expired one: a vote that may have been counted would count again.
      return finish(pollId, vote, "refused", { body: {}, slug: "voter-token-lost" }, dispatch, stands());
    }
    if (meaning === "voter_token" && voterTokens < NEW_VOTERS) {
      voterTokens += 1;
      voterToken = null;
      continue;
    }
    if (meaning === "proof" && work.proofs < NEW_PROOFS) {
      work.proofs += 1;
      work.proof = null;
      dispatch({ type: "postponed", poll_id: pollId, reason: "proving", again_at: null });
      continue;
    }
    if (meaning === "retry" || meaning === "wait") {
      uncertain ||= outcome.sent && meaning === "retry";
      const pause = backoff(meaning === "wait" ? 1 : attempt, outcome.retryAfter, Math.random());
      const reason = meaning === "wait" ? "wait" : reasonFor(outcome.status, navigator.onLine);
      dispatch({ type: "postponed", poll_id: pollId, reason, again_at: now() + pause });
      await soon(pause);
      continue;
    }
    // "Again" is news only to somebody who had voted before; after a retry it is the first answer, late.
    const late = meaning === "again" && (attempt > 1 + work.proofs || resumed);
    return finish(pollId, vote, late ? "recorded" : meaning, outcome, dispatch, stands());
  }
}

async function send(pollId, { choice, code }, work) {
  let sent = false; // the vote itself
  try {
    voterToken ??= await requestVoterToken(pollId, code);
    if (work.proofs > 0) work.proof ??= await solve((await publicApi.challenge(pollId)).body);
    sent = true;
    const { status, body } = await publicApi.vote(pollId, choice, code, work.proof);
    return { status, body, slug: "", retryAfter: null };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return { status: failure.status, body: failure.problem, slug: failure.slug, retryAfter: failure.retryAfter, sent };
  }
}

function finish(pollId, { choice, code }, meaning, { body, slug }, dispatch, stands) {
  if (meaning === "recorded" || meaning === "again") {
    const { receipt, recorded_at, results_pass } = body;
    const mine = { choice, receipt, recorded_at, results_pass, code };
    rememberVote(pollId, mine);
    rememberCode(pollId, "");
    dispatch({ type: "answered", poll_id: pollId, answer: { kind: meaning }, mine });
    return mine;
  }
  if (!stands) forget(pollId);
  const kind = ["other", "invalid_code", "closed", "unknown"].includes(meaning) ? meaning : "refused";
  dispatch({ type: "answered", poll_id: pollId, answer: { kind, slug, title: body.title, detail: body.detail } });
  return null;
}

/** Wait, but not longer than until the network is back. */
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
