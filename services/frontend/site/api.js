// The HTTP boundary: JSON in, JSON out, and every failure one kind of error.

import { now } from "./now.js";

const TIMEOUT_MS = 25_000; // longer than the vote function's 20 s: its answer is worth waiting for
const FILE_TIMEOUT_MS = 90_000; // 4 MB from a phone on a slow network

/** Aborts after that time: `AbortSignal.timeout`, which browsers have since 2024 only. @param {number} milliseconds */
export function timeLimit(milliseconds) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}

/** No usable answer, or one that says no. `status` 0: nothing came back at all. */
export class Failure extends Error {
  /**
   * @param {number} status
   * @param {{type?: string, title?: string, detail?: string, errors?: {field: string, message: string}[]}} problem
   * @param {number|null} retryAfter seconds
   */
  constructor(status, problem = {}, retryAfter = null) {
    super(problem.title ?? (status ? `Answer ${status}` : "No answer"));
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  /** The problem's short name (`already-voted`), "" when a gateway answered without a body. */
  get slug() {
    return String(this.problem.type ?? "")
      .split("/")
      .pop();
  }
}

/**
 * @param {string} method
 * @param {string} path
 * @param {{body?: object, file?: File, token?: string, key?: string}} options `file`: sent as it is, in place of a
 *   body; `key`: the same one however often one submission is sent, so that it creates one thing
 * @returns {Promise<{status: number, body: any, age: number, sent: number, received: number}>} `age`: seconds the answer
 *   sat in a cache; `sent`, `received`: by the page's clock
 */
export async function call(method, path, { body, file, token, key } = {}) {
  const headers = { accept: "application/json" };
  const says = !file && method !== "GET" && method !== "DELETE";
  if (says) headers["content-type"] = "application/json";
  if (file) headers["content-type"] = file.type;
  if (token) headers.authorization = `Bearer ${token}`;
  if (key) headers["idempotency-key"] = key;
  const sent = now();
  const { response, text } = await exchange(path, {
    method,
    headers,
    body: says ? JSON.stringify(body ?? {}) : file,
    credentials: "same-origin",
    cache: "no-store",
    signal: timeLimit(file ? FILE_TIMEOUT_MS : TIMEOUT_MS),
  });
  const received = now();
  if (response.status === 204) return { status: 204, body: null, age: 0, sent, received };
  const json = parsed(text);
  if (response.ok && json !== undefined) {
    return { status: response.status, body: json, age: Number(response.headers.get("age") ?? 0), sent, received };
  }
  const problem = json !== null && typeof json === "object" ? json : {};
  // A success without a readable body is a broken answer: as good as none.
  throw new Failure(response.ok ? 0 : response.status, problem, seconds(response.headers.get("retry-after"), problem));
}

/** Only the network may fail in here: what goes wrong while a request is made is an error of the page, and stays one. */
async function exchange(path, settings) {
  const request = new Request(path, settings);
  try {
    const response = await fetch(request);
    return { response, text: await response.text() };
  } catch {
    throw new Failure(0); // whether it arrived is not known
  }
}

/**
 * One page of a file, as it came.
 * @returns {Promise<{text: string, next: string|null}>} `next`: where its next page is
 */
export async function download(path, token) {
  const headers = { authorization: `Bearer ${token}` };
  const { response, text } = await exchange(path, { headers, cache: "no-store", signal: timeLimit(TIMEOUT_MS) });
  if (!response.ok) throw new Failure(response.status, parsed(text) ?? {});
  return { text, next: /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("link") ?? "")?.[1] ?? null };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function seconds(header, problem) {
  const value = Number(header ?? problem.retry_after ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? value : null;
}

export const publicApi = {
  activePoll: () => call("GET", "/polls/active"),
  poll: (id) => call("GET", `/polls/${encodeURIComponent(id)}`),
  voterToken: (access_code) => call("POST", "/voter-token", { body: access_code ? { access_code } : {} }),
  challenge: (poll_id) => call("POST", "/voter-token/challenge", { body: { poll_id } }),
  vote: (poll_id, choice, code, proof) =>
    call("POST", "/vote", { body: { poll_id, choice, code, ...(proof && { proof }) } }),
  results: (id) => call("GET", `/results/${encodeURIComponent(id)}`),
  turnout: (id) => call("GET", `/results/${encodeURIComponent(id)}/turnout`),
  voterResults: (id, results_pass) =>
    call("POST", `/live/results/${encodeURIComponent(id)}`, { body: { results_pass } }),
  ticket: (results_pass) => call("POST", "/live/ticket", { body: results_pass ? { results_pass } : {} }),
};
