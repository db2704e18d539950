// Fetches polls, results and votes over time of the API, and applies the messages of the live connection.
import { Failure } from "../api.js";
import { disagrees } from "../logic/admin.js";
import { phrase } from "../logic/i18n.js";
import { now } from "../now.js";
import { fetchPoll } from "../organisers/polls.js";
import { callSigned } from "../organisers/session.js";
import { attempt, dispatch, dispatchSoon, notify, read, selected } from "./store.js";

/** @import { PollList, Results, Series } from "contracts" */
/** @import { LiveMessage, PollUpdate, Times } from "page-state" */

/** @type {Record<string, number>} By poll id: the version of the message that the poll was fetched for. */
const looked = {};

/** Fetch a page of the list of polls. @param {string|null} cursor */
export async function list(cursor = null) {
  const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
  /** @type {PollList} */
  const page = await callSigned("GET", `/admin/api/polls${query}`);
  dispatch({ type: "listed", ...page, more: cursor !== null, now: now() });
}

export const loadMore = () => attempt("more", () => list(read().next_cursor));

/** Show a poll. @param {string} poll_id */
export function choosePoll(poll_id) {
  dispatch({ type: "select", poll_id });
  attempt("results", fetchResults);
}

/** Fetch the results of the selected poll, and its votes over time from before this page was loaded. */
export async function fetchResults() {
  const poll = selected();
  if (!poll || poll.status === "draft") return;
  const path = `/admin/api/results/${poll.poll_id}`;
  try {
    /** @type {Results} */
    const message = await callSigned("GET", path);
    dispatch({ type: "message", message });
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.status !== 404) throw failure; // 404: opened a moment ago, without counts yet
  }
  if (read().series[poll.poll_id]) return;
  /** @type {Series|null} */
  const series = await callSigned("GET", `${path}/series`).catch(() => null); // the messages bring later counts
  if (series) dispatch({ type: "series", ...series });
}

/** @param {LiveMessage} message @param {Times} times */
export function receive(message, times) {
  if (message.type === "pong") dispatchSoon({ type: "time_synced", time: message.server_time, ...times });
  if (message.type === "audience") dispatchSoon(message);
  if (!message.poll_id) return;
  if (message.type === "poll_opened" && !read().polls.some((poll) => poll.poll_id === message.poll_id)) {
    list().catch(() => {}); // opened by another organiser
  }
  if (message.type === "poll_closed") fetchResults().catch(() => {}); // with the effect of the order of the options
  if (disagrees(read(), message)) refetch(message);
  dispatchSoon({ type: "message", message });
}

/** Fetch a poll that has changed elsewhere: the next action needs its newest revision. A deleted one leaves the page. @param {PollUpdate} message */
async function refetch({ poll_id, version }) {
  if (looked[poll_id] === version) return;
  looked[poll_id] = version;
  try {
    dispatch({ type: "poll", poll: await fetchPoll(poll_id) });
  } catch (failure) {
    if (failure instanceof Failure && failure.status === 404) remove(poll_id); // a later action reports another failure
  }
}

/** @param {string} poll_id of a poll that another organiser has deleted, or of a rehearsal that has ended */
function remove(poll_id) {
  const { polls, selected: shown } = read();
  const deleted = polls.find((poll) => poll.poll_id === poll_id);
  dispatch({ type: "poll_removed", poll_id, now: now() });
  if (shown === poll_id) notify(phrase(deleted?.rehearsal ? "act.rehearsal_ended" : "done.deleted_meanwhile"));
}
