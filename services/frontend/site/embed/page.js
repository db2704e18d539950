// A poll inside somebody else's page: shown as it moves, never voted on. Its links lead to our own page for that.
import { Failure, publicApi } from "../api.js";
import { startLanguage } from "../language.js";
import { connectLive } from "../live.js";
import { initialState, reduce, serverNow } from "../logic/voter.js";
import { now } from "../now.js";
import { watchClosing } from "../voter/closing.js";
import { fetchResults } from "../voter/fetch-results.js";
import { draw, keepLanguage } from "./view.js";

const TICK_MS = 250;
const LOOK_AGAIN_MS = 60_000; // that a poll was reworded or deleted is told by no frame

const pollId = document.body.dataset.poll;
let state = initialState(pollId);
let worded = false; // nothing is said before it is known in which language

function dispatch(action) {
  state = reduce(state, action);
  redraw();
}

function redraw() {
  if (worded) draw(state, now());
}

function receive(frame, times) {
  if (frame.type === "pong") dispatch({ type: "time_synced", time: frame.server_time, ...times });
  if (frame.type === "viewers") dispatch(frame);
  if (frame.poll_id) dispatch({ type: "frame", frame });
}

async function look() {
  try {
    dispatch({ type: "poll", poll: (await publicApi.poll(pollId)).body });
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.status !== 404) throw failure;
    dispatch({ type: "unknown_poll" });
  }
  if (state.load === "ready") await fetchResults(state.poll, undefined, dispatch);
}

const lookAgain = () => document.hidden || look().catch(() => {});

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
setInterval(lookAgain, LOOK_AGAIN_MS * (1 + Math.random() / 4));

const looked = look().catch(() => {}); // without an answer the page stays as it came, and asks on by the connection
await startLanguage(redraw);
keepLanguage();
worded = true;
redraw();
await looked;
connectLive({
  ticket: async () => (await publicApi.ticket()).body.ticket,
  shown: () => ({ poll_id: pollId, version: state.results?.version ?? 0 }),
  onFrame: receive,
  onMode: (mode) => dispatch({ type: "live", mode }),
  fetchInstead: look,
});
