// The presenter: one poll on a large screen, controlled by keys. Its requests are an organiser's after a sign-in, otherwise
// the public's.
import { Failure, publicApi } from "../api.js";
import { html, render } from "../html.js";
import { timeOf } from "../logic/clock.js";
import { isNext, isPublic } from "../logic/present.js";
import { connect } from "../organisers/live-connection.js";
import organisersEnglish from "../organisers/locales/en.js";
import { PUBLISHED as ORGANISERS_PUBLISHED } from "../organisers/published.js";
import { startLanguage } from "../start-language.js";
import { watchClosing } from "../voter/closing.js";
import { fetchResults, leaveAt, leaveDeleted, lookForNext, showPoll, speak, ticket } from "./actions.js";
import { App } from "./app.js";
import { hideWhenIdle, isFull, stayAwake } from "./fullscreen.js";
import { keys } from "./keys.js";
import english from "./locales/en.js";
import { PUBLISHED } from "./published.js";
import { begin } from "./session.js";
import { at, dispatch, draw, drawSoon, drawWith, phase, read, set } from "./store.js";

/** @import { LiveMessage, Times } from "page-state" */

const TICK_MS = 250;
const POLL_INTERVAL_MS = 5_000; // while no poll is open here; messages are faster
const HIDDEN_INTERVAL_MS = 2_000;
const root = document.documentElement.dataset; // read by start.js
root.started = "";
const address = new URLSearchParams(location.search);
if (address.get("overlay") === "1") root.overlay = "";

async function fetchActivePoll() {
  const answer = await publicApi.activePoll();
  dispatch(timeOf(answer));
  const { poll } = answer.body;
  if (poll && isNext(read(), poll, at())) await showPoll(poll.poll_id);
}

/** Fetch the poll to show; without one, the page shows why. */
async function findPoll() {
  const wanted = address.get("poll");
  try {
    await (wanted && !read().poll ? showPoll(wanted) : fetchActivePoll());
    dispatch({ type: "trouble_cleared" });
  } catch (failure) {
    if (failure instanceof Failure) dispatch({ type: "trouble", status: failure.status, problem: failure.problem });
    throw failure;
  }
}

/** @type {string|null} The id of the poll that is being fetched after a message. */
let looking = null;

/** @param {LiveMessage} message @param {Times} times */
function receive(message, times) {
  if (message.type === "pong") dispatch({ type: "time_synced", time: message.server_time, ...times });
  if (message.poll_id && isNext(read(), message, at()) && looking !== message.poll_id) {
    looking = message.poll_id;
    showPoll(looking).catch(() => {
      looking = null; // the next message or request tries again
    });
  }
  dispatch({ type: "message", message });
}

keys.listen();
document.addEventListener("fullscreenchange", () => set({ full: isFull() }));
for (const change of ["online", "offline"]) addEventListener(change, drawSoon);
hideWhenIdle();
stayAwake();

const [who] = await Promise.all([
  begin(),
  startLanguage(
    drawSoon,
    { folder: "/present/locales", english, published: PUBLISHED },
    { folder: "/organisers/locales", english: organisersEnglish, published: ORGANISERS_PUBLISHED },
  ),
]);
const parts = /** @type {HTMLElement} */ (document.getElementById("parts"));
drawWith(() => render(html`<${App} state=${read()} />`, parts)); // nothing is drawn before the language is known
dispatch({ type: "session", session: who.session, role: who.role });
draw();
root.drawn = "";
if (who.ends) leaveAt(who.ends);

const watch = watchClosing(() => ({ poll: read().poll, now: at() }), fetchResults);
setInterval(() => {
  watch();
  draw();
  speak();
}, TICK_MS);
connect({
  ticket,
  shown: () => {
    const { poll, results } = read();
    return poll ? { poll_id: poll.poll_id, version: results?.version ?? 0 } : {};
  },
  onMessage: receive,
  onMode: (mode) => dispatch({ type: "live", mode }),
  fetchInstead: () => Promise.all([findPoll(), fetchResults()]),
});
setInterval(() => {
  if (phase() === "open" || phase() === "soon") return;
  leaveDeleted()
    .then(findPoll)
    .catch(() => {});
}, POLL_INTERVAL_MS);
setInterval(() => {
  const { poll, session, results } = read();
  const current = phase();
  const unfinished = current === "open" || (current === "closed" && results?.status !== "closed");
  // A presenter session has no live messages with hidden counts.
  if (session === "presenting" && poll && unfinished && !isPublic(poll, current)) fetchResults().catch(() => {});
}, HIDDEN_INTERVAL_MS);
await findPoll().catch(() => {});
document.body.dataset.ready = ""; // the buttons appear in their place: a tap is not lost to one that moves away
lookForNext();
