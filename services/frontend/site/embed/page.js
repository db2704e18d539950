// A poll embedded in a page of another site: it shows live results and takes no vote. Its links lead to the voter's page.

import { Failure, publicApi } from "../api.js";
import { connectLive } from "../live.js";
import { serverNow } from "../logic/clock.js";
import { initialState, reduce } from "../logic/voter.js";
import { now } from "../now.js";
import { startLanguage } from "../start-language.js";
import { watchClosing } from "../voter/closing.js";
import { fetchResults } from "../voter/fetch-results.js";
import { draw, keepLanguage } from "./view.js";

/** @import { LiveMessage, Times, VoterAction } from "page-state" */

const TICK_MS = 250;
const POLL_INTERVAL_MS = 60_000; // no message reports a changed text or a deletion

const pollId = document.body.dataset.poll ?? "";
let state = initialState(pollId);
let worded = false; // the page draws nothing before its language is known

/** @param {VoterAction} action */
function dispatch(action) {
  state = reduce(state, action);
  redraw();
}

function redraw() {
  if (worded) draw(state, now());
}

/** @param {LiveMessage} message @param {Times} times */
function receive(message, times) {
  if (message.type === "pong") dispatch({ type: "time_synced", time: message.server_time, ...times });
  if (message.type === "audience") dispatch(message);
  if (message.poll_id) dispatch({ type: "message", message });
}

/** Fetch the poll and its results. */
async function look() {
  try {
    dispatch({ type: "poll", poll: (await publicApi.poll(pollId)).body, now: now() });
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.status !== 404) throw failure;
    dispatch({ type: "unknown_poll" });
  }
  if (state.load === "ready") await fetchResults(state.poll, undefined, dispatch);
}

const refetch = () => document.hidden || look().catch(() => {});

addEventListener("online", redraw);
addEventListener("offline", redraw);
const closing = watchClosing(
  () => ({ poll: state.poll, now: serverNow(state, now()) }),
  () => fetchResults(state.poll, undefined, dispatch),
);
setInterval(() => {
  closing();
  redraw();
}, TICK_MS);
setInterval(refetch, POLL_INTERVAL_MS * (1 + Math.random() / 4));

const looked = look().catch(() => {}); // without an answer the page keeps its markup, and polls by the live connection
await startLanguage(redraw);
keepLanguage();
worded = true;
redraw();
await looked;
connectLive({
  ticket: async () => (await publicApi.ticket()).body.ticket,
  shown: () => ({ poll_id: pollId, version: state.results?.version ?? 0 }),
  onMessage: receive,
  onMode: (mode) => dispatch({ type: "live", mode }),
  fetchInstead: look,
});
