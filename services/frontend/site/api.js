// Calls the HTTP APIs with JSON. Every failure is an error of one class.

import { now } from "./now.js";

/** @import { ActivePoll, Challenge, Choice, PublicPoll, Results, TicketIssued, Turnout, VoteRecorded, VoterTokenIssued } from "contracts" */
/** @import { PartialProblem, Proof, Reply } from "page-state" */

const TIMEOUT_MS = 25_000; // longer than the vote function's 20 s: a shorter wait would lose its answer
const FILE_TIMEOUT_MS = 90_000; // 4 MB from a phone on a slow network

/**
 * Return a signal that aborts after a time. `AbortSignal.timeout` is not in every supported browser.
 * @param {number} milliseconds
 */
export function timeLimit(milliseconds) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}

/** A request without a usable answer, or with one that refuses it. `status` 0: no answer. */
export class Failure extends Error {
  /**
   * @param {number} status
   * @param {PartialProblem} problem
   * @param {number|null} retryAfter seconds
   */
  constructor(status, problem = {}, retryAfter = null) {
    super(problem.title ?? (status ? `Answer ${status}` : "Could not reach the server"));
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** The last segment of the problem type (`already-voted`); "" if a gateway answered without a body. */
  get slug() {
    return (
      String(this.problem.type ?? "")
        .split("/")
        .pop() ?? ""
    );
  }
}

/**
 * Send a request and return its JSON answer.
 * @template Body
 * @param {string} method
 * @param {string} path
 * @param {{body?: object, headers?: Record<string, string>, preloaded?: boolean}} options a file as `body` is sent as it is;
 *   `preloaded`: the document may have sent the request already
 * @returns {Promise<Reply<Body>>}
 * @throws {Failure}
 */
export async function call(method, path, { body, headers, preloaded } = {}) {
  const file = body instanceof Blob && body;
  const sends = method !== "GET" && method !== "DELETE";
  const sent = preloaded ? now() - performance.now() : now(); // at the earliest, with the document
  const { response, text } = await exchange(path, {
    method,
    headers: {
      accept: "application/json",
      ...(sends && { "content-type": file ? file.type : "application/json" }),
      ...headers,
    },
    body: sends ? file || JSON.stringify(body ?? {}) : undefined,
    credentials: "same-origin",
    cache: preloaded ? "default" : "no-store", // `no-store` would not take the preloaded answer
    signal: timeLimit(file ? FILE_TIMEOUT_MS : TIMEOUT_MS),
  });
  const received = now();
  if (response.status === 204) {
    const body = /** @type {Body} */ (null); // the callers of such a method expect none
    return { status: 204, body, age: 0, sent, received };
  }
  const json = parsed(text);
  if (response.ok && json !== undefined) {
    return { status: response.status, body: json, age: Number(response.headers.get("age") ?? 0), sent, received };
  }
  const problem = json !== null && typeof json === "object" ? json : {};
  // A success without a readable body counts as no answer.
  throw new Failure(response.ok ? 0 : response.status, problem, seconds(response.headers.get("retry-after"), problem));
}

/**
 * Send a request and read its answer as text. Only errors of the network become a `Failure`; others are faults of the
 * page.
 * @param {string} path
 * @param {RequestInit} settings
 */
async function exchange(path, settings) {
  const request = new Request(path, settings);
  try {
    const response = await fetch(request);
    return { response, text: await response.text() };
  } catch {
    throw new Failure(0); // the request may have arrived or not
  }
}

/**
 * Download one page of a file.
 * @param {string} path
 * @param {Record<string, string>} headers
 * @returns {Promise<{text: string, next: string|null}>} `next`: the path of the next page
 */
export async function download(path, headers) {
  const { response, text } = await exchange(path, { headers, cache: "no-store", signal: timeLimit(TIMEOUT_MS) });
  if (!response.ok) throw new Failure(response.status, parsed(text) ?? {});
  return { text, next: /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("link") ?? "")?.[1] ?? null };
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Return the seconds to wait that an answer asks for.
 * @param {string|null} header
 * @param {PartialProblem} problem
 */
function seconds(header, problem) {
  const value = Number(header ?? problem.retry_after ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

let preloaded = true; // the first request for the active poll starts with the document: `rel=preload` of index.html

/** Return true once. */
function takePreloaded() {
  const first = preloaded;
  preloaded = false;
  return first;
}

export const publicApi = {
  /** @type {() => Promise<Reply<ActivePoll>>} */
  activePoll: () => call("GET", "/polls/active", { preloaded: takePreloaded() }),
  /** @type {(id: string) => Promise<Reply<PublicPoll>>} */
  poll: (id) => call("GET", `/polls/${encodeURIComponent(id)}`),
  /** @type {(access_code?: {poll_id: string, code: string}) => Promise<Reply<VoterTokenIssued>>} */
  voterToken: (access_code) => call("POST", "/voter-token", { body: access_code ? { access_code } : {} }),
  /** @type {(poll_id: string) => Promise<Reply<Challenge>>} */
  challenge: (poll_id) => call("POST", "/voter-token/challenge", { body: { poll_id } }),
  /** @type {(poll_id: string, choice: Choice, code?: string, proof?: Proof|null, first?: Choice) => Promise<Reply<VoteRecorded>>} */
  vote: (poll_id, choice, code, proof, shown_first) =>
    call("POST", "/vote", { body: { poll_id, choice, code, shown_first, ...(proof && { proof }) } }),
  /** @type {(id: string) => Promise<Reply<Results>>} */
  results: (id) => call("GET", `/results/${encodeURIComponent(id)}`),
  /** @type {(id: string) => Promise<Reply<Turnout>>} */
  turnout: (id) => call("GET", `/results/${encodeURIComponent(id)}/turnout`),
  /** @type {(id: string, results_pass: string) => Promise<Reply<Results>>} */
  voterResults: (id, results_pass) =>
    call("POST", `/live/results/${encodeURIComponent(id)}`, { body: { results_pass } }),
  /** @type {(results_pass?: string) => Promise<Reply<TicketIssued>>} */
  ticket: (results_pass) => call("POST", "/live/ticket", { body: results_pass ? { results_pass } : {} }),
};
