// The organiser's page: ties state, drawing, the session, the API and the live connection together.
import { coalesced } from "../animated-number.js";
import { connectLive } from "../live.js";
import { disagrees, initialState, reduce, selectedPoll, serverNow } from "../logic/admin.js";
import { now } from "../now.js";
import { lookForAbuse } from "./abuse.js";
import { ignoreBlocked } from "./busy-buttons.js";
import { codesOf } from "./codes.js";
import { $ } from "./dom.js";
import { exportPoll } from "./exports.js";
import { membersOf } from "./members.js";
import { fetchSeries } from "./live-stats.js";
import { followRecounts } from "./recount.js";
import { showRole } from "./role.js";
import { tabsOf } from "./tabs.js";
import { followRuns } from "./repeats.js";
import { callSigned, resume, signIn, signOut } from "./session.js";
import { listenForSteps } from "./poll-actions.js";
import { listenForSharing } from "./share.js";
import { auditLogOf } from "./audit-log.js";
import { draw } from "./view.js";
import { writingOf } from "./editor-state.js";

const TICK_MS = 250;
const root = document.documentElement.dataset; // read by start.js
root.started = "";

let state = initialState;
let live = null;
const looked = {}; // by poll id: the version of the frame that made us look

function dispatch(action) {
  state = reduce(state, action);
  draw(state, now());
}

/** Frames may come faster than a screen shows: they are drawn together, once per picture of it. */
const drawSoon = coalesced(() => draw(state, now()));

function dispatchFrame(action) {
  state = reduce(state, action);
  drawSoon();
}

const recounts = followRecounts(() => state, dispatch);
const lookForRuns = followRuns(() => state, dispatch);
const codes = codesOf(() => state, dispatch);
const writing = writingOf(
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

/** Run one action of the organiser's; a refusal is shown, and nothing typed is lost. */
async function attempt(name, about, work) {
  dispatch({ type: "busy", name, on: true });
  try {
    await work();
  } catch (failure) {
    if (failure.status === undefined) throw failure;
    dispatch({ type: "refused", status: failure.status, problem: failure.problem, about });
  } finally {
    dispatch({ type: "busy", name, on: false });
  }
}

async function list(cursor = null) {
  const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
  const { body } = await callSigned("GET", `/admin/api/polls${query}`);
  dispatch({ type: "listed", ...body, more: cursor !== null, now: now() });
}

async function fetchResults() {
  const poll = selectedPoll(state);
  if (!poll || poll.status === "draft") return;
  try {
    const { body } = await callSigned("GET", `/admin/api/results/${poll.poll_id}`);
    dispatch({ type: "frame", frame: body });
  } catch (failure) {
    if (failure.status !== 404) throw failure; // opened a moment ago: the first count is on its way
  }
  if (!state.series[poll.poll_id]) await fetchSeries(poll.poll_id, dispatch).catch(() => {}); // the frames tell the rest
}

function receive(frame, times) {
  if (frame.type === "pong") dispatchFrame({ type: "time_synced", time: frame.server_time, ...times });
  if (frame.type === "viewers") dispatchFrame(frame);
  if (!frame.poll_id) return;
  if (frame.type === "poll_opened" && !state.polls.some((poll) => poll.poll_id === frame.poll_id)) {
    list().catch(() => {}); // opened by somebody else
  }
  if (disagrees(state, frame)) lookAgain(frame);
  dispatchFrame({ type: "frame", frame });
}

/** A step goes by the revision on the screen: when somebody else moves a poll, its newest one has to be there. */
async function lookAgain({ poll_id, version }) {
  if (looked[poll_id] === version) return;
  looked[poll_id] = version;
  const answer = await callSigned("GET", `/admin/api/polls/${poll_id}`).catch(() => null); // the next step will tell
  if (answer) dispatch({ type: "poll", poll: answer.body });
}

function enter({ name, username, role, expires_at }) {
  showRole(role);
  dispatch({ type: "signed_in", name, username, role });
  setTimeout(() => dispatch({ type: "refused", status: 401, problem: {} }), expires_at - now());
  if (role === "none") return; // every call would be refused; the page says what it takes
  attempt("list", "list", async () => {
    await list();
    enterTab();
    await fetchResults();
  });
  live = connectLive({
    ticket: async () => (await callSigned("POST", "/admin/api/live/ticket")).body.ticket,
    shown: () =>
      state.selected ? { poll_id: state.selected, version: state.results[state.selected]?.version ?? 0 } : {},
    onFrame: receive,
    onMode: (mode) => dispatch({ type: "live", mode }),
    fetchInstead: fetchResults,
  });
}

function showChosen({ target }) {
  const button = target.closest("[data-poll-id]");
  if (!button) return;
  dispatch({ type: "select", poll_id: button.dataset.pollId });
  attempt("results", "poll", fetchResults);
}

function listen() {
  new ResizeObserver(([{ target }]) => target.style.setProperty("--height", `${target.offsetHeight}px`)).observe(
    $("poll-details"),
  );
  ignoreBlocked();
  $("sign-in").addEventListener("click", signInNow);
  $("sign-in-again").addEventListener("click", signInNow);
  $("role-given").addEventListener("click", signInNow);
  $("sign-out").addEventListener("click", () => attempt("sign_out", "session", signOut));
  $("dismiss").addEventListener("click", () => dispatch({ type: "dismissed" }));
  for (const id of ["more", "runs-more"])
    $(id).addEventListener("click", () => attempt("more", "list", () => list(state.next_cursor)));
  listenForSteps(
    () => state,
    dispatch,
    attempt,
    () => live?.wake(),
  );
  $("recount-again").addEventListener("click", () => attempt("recount", "poll", recounts.order));
  $("abuse-look").addEventListener("click", () =>
    attempt("abuse", "poll", () => lookForAbuse(state.selected, dispatch)),
  );
  $("export").addEventListener("click", () => attempt("export", "poll", () => exportPoll(state.selected)));
  $("find").addEventListener("input", ({ target }) =>
    dispatch({ type: "looked_for", field: target.name, value: target.value }),
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
  for (const id of ["list", "run-list"]) $(id).addEventListener("click", showChosen);
  listenForSharing();
  writing.listen();
}

const signInNow = () => attempt("sign_in", "session", () => signIn());

listen();
writing.restore();
setInterval(() => {
  draw(state, now());
  recounts.look();
  lookForRuns();
}, TICK_MS);
await attempt("resume", "session", async () => {
  const who = await resume();
  if (who) enter(who);
});
if (state.session === "loading") dispatch({ type: "signed_out" });
root.drawn = "";
