// The dashboard: connects state, drawing, the session, the API and the live connection.

import { coalesced } from "../animated-number.js";
import { Failure } from "../api.js";
import { connectLive, ORGANISER_PING_MS } from "../live.js";
import { disagrees, initialState, reduce, selectedPoll, serverNow } from "../logic/admin.js";
import { sentenceOf } from "../logic/exports.js";
import { speak } from "../logic/i18n.js";
import { now } from "../now.js";
import { fetchAbuseReport } from "./abuse.js";
import { auditLogOf } from "./audit-log.js";
import { ignoreBlocked } from "./busy-buttons.js";
import { codesOf } from "./codes.js";
import { $, fieldOf, say, targetOf } from "./dom.js";
import { editorOf } from "./editor-state.js";
import { exportPoll } from "./exports.js";
import { fetchSeries } from "./live-stats.js";
import { membersOf } from "./members.js";
import { listenForNext } from "./next.js";
import { listenForActions } from "./poll-actions.js";
import { followRecounts } from "./recount.js";
import { followRepeats } from "./repeats.js";
import { showRole } from "./role.js";
import { callSigned, resume, signIn, signOut } from "./session.js";
import { listenForSharing } from "./share.js";
import { tabsOf } from "./tabs.js";
import { draw } from "./view.js";

/** @import { PollList, Poll, Results, TicketIssued } from "contracts" */
/** @import { Session } from "../logic/session.js" */
/** @import { AdminAction, LiveMessage, PollUpdate, Reply, Times } from "page-state" */

const TICK_MS = 250;
const root = document.documentElement.dataset; // read by start.js
root.started = "";

speak("en", navigator.language, {}); // English words; numbers, shares and times as the browser's user writes them

let state = initialState;
/** @type {ReturnType<typeof connectLive>|null} */
let live = null;
/** @type {Record<string, number>} By poll id: the version of the message that the poll was fetched for. */
const looked = {};

/** @param {AdminAction} action */
function dispatch(action) {
  state = reduce(state, action);
  draw(state, now());
}

/** Draw messages at most once per animation frame: they may come faster than that. */
const drawSoon = coalesced(() => draw(state, now()));

/** @param {AdminAction} action */
function dispatchMessage(action) {
  state = reduce(state, action);
  drawSoon();
}

const recounts = followRecounts(() => state, dispatch);
const fetchRepeats = followRepeats(() => state, dispatch);
const codes = codesOf(() => state, dispatch);
const writing = editorOf(
  () => state,
  dispatch,
  attempt,
  () => live?.wake(),
);
const members = membersOf(attempt, () => state.username);
const auditLog = auditLogOf(() => state, dispatch, attempt);
const isMember = () => state.session === "in" && state.role !== "none";
const enterTab = tabsOf({
  members: () => isMember() && members.enter(),
  "audit-log": () => isMember() && auditLog.enter(),
});

/**
 * Run one action of the organiser. A refusal is shown, and the typed text stays.
 * @param {string} name
 * @param {string} about
 * @param {() => unknown} work
 */
async function attempt(name, about, work) {
  dispatch({ type: "busy", name, on: true });
  try {
    await work();
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    dispatch({ type: "refused", status: failure.status, problem: failure.problem, about });
  } finally {
    dispatch({ type: "busy", name, on: false });
  }
}

/** Fetch a page of the list of polls. @param {string|null} cursor */
async function list(cursor = null) {
  const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
  /** @type {Reply<PollList>} */
  const { body } = await callSigned("GET", `/admin/api/polls${query}`);
  dispatch({ type: "listed", ...body, more: cursor !== null, now: now() });
}

async function fetchResults() {
  const poll = selectedPoll(state);
  if (!poll || poll.status === "draft") return;
  try {
    /** @type {Reply<Results>} */
    const { body } = await callSigned("GET", `/admin/api/results/${poll.poll_id}`);
    dispatch({ type: "message", message: body });
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.status !== 404) throw failure; // 404: opened a moment ago, without counts yet
  }
  if (!state.series[poll.poll_id]) await fetchSeries(poll.poll_id, dispatch).catch(() => {}); // the messages bring later counts
}

/** @param {LiveMessage} message @param {Times} times */
function receive(message, times) {
  if (message.type === "pong") dispatchMessage({ type: "time_synced", time: message.server_time, ...times });
  if (message.type === "audience") dispatchMessage(message);
  if (!message.poll_id) return;
  if (message.type === "poll_opened" && !state.polls.some((poll) => poll.poll_id === message.poll_id)) {
    list().catch(() => {}); // opened by another organiser
  }
  if (message.type === "poll_closed") fetchResults().catch(() => {}); // with the effect of the order of the options
  if (disagrees(state, message)) refetch(message);
  dispatchMessage({ type: "message", message });
}

/**
 * Fetch a poll that another organiser has changed: the next action needs its newest revision.
 * @param {PollUpdate} message
 */
async function refetch({ poll_id, version }) {
  if (looked[poll_id] === version) return;
  looked[poll_id] = version;
  /** @type {Reply<Poll>|null} */
  const answer = await callSigned("GET", `/admin/api/polls/${poll_id}`).catch(() => null); // a later action reports it
  if (answer) dispatch({ type: "poll", poll: answer.body });
}

/** @param {Omit<Session, "access_token">} session */
function enter({ name, username, role, expires_at }) {
  showRole(role);
  dispatch({ type: "signed_in", name, username, role });
  setTimeout(() => dispatch({ type: "refused", status: 401, problem: {} }), expires_at - now());
  if (role === "none") return; // every request would be refused; the page shows how to get a role
  attempt("list", "list", async () => {
    await list();
    enterTab();
    await fetchResults();
  });
  live = connectLive({
    async ticket() {
      /** @type {Reply<TicketIssued>} */
      const { body } = await callSigned("POST", "/admin/api/live/ticket");
      return body.ticket;
    },
    shown: () =>
      state.selected ? { poll_id: state.selected, version: state.results[state.selected]?.version ?? 0 } : {},
    onMessage: receive,
    onMode: (mode) => dispatch({ type: "live", mode }),
    fetchInstead: fetchResults,
    pingMs: ORGANISER_PING_MS,
  });
}

/** @param {Event} event */
function showChosen(event) {
  const button = targetOf(event).closest("button");
  if (!button?.dataset.pollId) return;
  dispatch({ type: "select", poll_id: button.dataset.pollId });
  attempt("results", "poll", fetchResults);
}

async function copyResult() {
  const poll = selectedPoll(state);
  const results = poll && state.results[poll.poll_id];
  if (!poll || !results) return;
  const sentence = sentenceOf(poll, results);
  const copied = await navigator.clipboard.writeText(sentence).then(
    () => true,
    () => false,
  );
  const text = copied ? `Copied: ${sentence}` : `This browser does not allow copying. The result: ${sentence}`;
  dispatch({ type: "noticed", notice: { tone: "done", text } });
  say(text);
}

/** Download an export of the selected poll; return the name of its file. @param {string} content @param {string} format */
async function download(content, format) {
  const poll = selectedPoll(state);
  return poll ? exportPoll(poll, content, format, serverNow(state, now())) : "";
}

function listen() {
  const details = $("poll-details");
  new ResizeObserver(() => details.style.setProperty("--height", `${details.offsetHeight}px`)).observe(details);
  ignoreBlocked();
  $("sign-in").addEventListener("click", signInNow);
  $("sign-in-again").addEventListener("click", signInNow);
  $("role-given").addEventListener("click", signInNow);
  $("sign-out").addEventListener("click", () => attempt("sign_out", "session", signOut));
  $("dismiss").addEventListener("click", () => dispatch({ type: "dismissed" }));
  const more = () => attempt("more", "list", () => list(state.next_cursor));
  $("more").addEventListener("click", more);
  $("runs-more").addEventListener("click", more);
  listenForActions(
    () => state,
    dispatch,
    attempt,
    () => live?.wake(),
  );
  listenForNext(
    () => state,
    dispatch,
    attempt,
    () => live?.wake(),
  );
  $("skip").addEventListener("click", (event) => {
    event.preventDefault();
    $("f-question").focus();
  });
  $("first").addEventListener("click", () => $("f-question").focus());
  $("jump").addEventListener("click", (event) => {
    const place = document.getElementById(targetOf(event).dataset.to ?? "");
    place?.focus({ preventScroll: true });
    place?.scrollIntoView();
  });
  $("copy-result").addEventListener("click", copyResult);
  $("recount-again").addEventListener("click", () => attempt("recount", "poll", recounts.order));
  $("abuse-look").addEventListener("click", () =>
    attempt("abuse", "poll", () => fetchAbuseReport(state.selected ?? "", dispatch)),
  );
  $("export").addEventListener("click", () =>
    attempt("export", "poll", () => download($("export-what").value, $("export-format").value)),
  );
  $("export-now").addEventListener("click", () =>
    attempt("export", "poll", async () => {
      const name = await download("totals", "csv");
      dispatch({ type: "noticed", notice: { tone: "done", text: `Saved as ${name}.` } });
    }),
  );
  $("find").addEventListener("input", (event) =>
    dispatch({ type: "list_filtered", field: fieldOf(event).name, value: fieldOf(event).value }),
  );
  $("codes-form").addEventListener("submit", (event) => {
    event.preventDefault();
    $("codes-error").textContent = codes.flaw();
    $("codes-count").setAttribute("aria-invalid", String(Boolean(codes.flaw())));
    if (codes.flaw()) $("codes-count").focus();
    else attempt("codes", "poll", codes.make);
  });
  $("codes-csv").addEventListener("click", codes.save);
  $("codes-print").addEventListener("click", () => attempt("sheet", "poll", codes.print));
  addEventListener("beforeunload", (event) => {
    if (codes.unsaved()) event.preventDefault(); // the browser asks whether to leave
  });
  $("list").addEventListener("click", showChosen);
  $("run-list").addEventListener("click", showChosen);
  listenForSharing();
  writing.listen();
}

const signInNow = () => attempt("sign_in", "session", () => signIn());

listen();
writing.restore();
setInterval(() => {
  draw(state, now());
  recounts.look();
  fetchRepeats();
}, TICK_MS);
await attempt("resume", "session", async () => {
  const who = await resume();
  if (who) enter(who);
});
if (state.session === "loading") dispatch({ type: "signed_out" });
root.drawn = "";
