// The dashboard: connects the store, the components, the session, the live connection and the address.
import { html, render } from "../html.js";
import { permissionsOf } from "../logic/role.js";
import { tabIn } from "../logic/tabs.js";
import { now } from "../now.js";
import { connect } from "../organisers/live-connection.js";
import shared from "../organisers/locales/en.js";
import { issueTicket } from "../organisers/polls.js";
import { PUBLISHED as SHARED } from "../organisers/published.js";
import { resume } from "../organisers/session.js";
import { startLanguage } from "../start-language.js";
import { App } from "./app.js";
import { enterAuditLog } from "./audit-log.js";
import { hasUnsavedCodes } from "./codes.js";
import { restore } from "./editor.js";
import { keys } from "./keys.js";
import english from "./locales/en.js";
import { enterMembers, restoreInvitation } from "./members.js";
import { fetchResults, list, receive } from "./polls.js";
import { PUBLISHED } from "./published.js";
import { followRecounts } from "./recount.js";
import { fetchRepeats } from "./repeats.js";
import { attempt, dispatch, draw, drawWith, focusOn, read } from "./store.js";

/** @import { Session } from "../logic/session.js" */

const TICK_MS = 250;
const root = document.documentElement.dataset; // read by start.js
root.started = "";

const app = /** @type {HTMLElement} */ (document.getElementById("app"));

/** Draw the page. If the element with the focus disappears, the heading of the poll gets the focus. */
function drawApp() {
  const state = read();
  const focused = document.activeElement;
  Object.assign(document.body.dataset, {
    session: state.session,
    tab: state.tab,
    role: state.role,
    permissions: permissionsOf(state.role).join(" "),
  });
  render(html`<${App} state=${state} now=${now()} />`, app);
  if (focused && !focused.isConnected) focusOn("details-question");
  if (focused?.matches(":disabled")) focusOn("new-heading");
}

function enterTab() {
  const { session, role, tab } = read();
  if (session !== "in" || role === "none") return;
  if (tab === "members") enterMembers();
  if (tab === "audit-log") enterAuditLog();
}

/** The address contains the open tab; its heading gets the focus, so that screen readers announce it. */
function showTab() {
  dispatch({ type: "tab", tab: tabIn(location.hash) });
  const heading = [...app.querySelectorAll("main h1")].find((one) => one.checkVisibility());
  if (heading instanceof HTMLElement) heading.focus({ preventScroll: true });
  scrollTo(0, 0);
  enterTab();
}

/** @param {Omit<Session, "access_token">} session */
function enter({ name, username, role, expires_at }) {
  dispatch({ type: "signed_in", name, username, role });
  dispatch({ type: "tab", tab: tabIn(location.hash) }); // the way to the sign-in page has restored it
  setTimeout(() => dispatch({ type: "refused", status: 401, problem: {} }), expires_at - now());
  if (role === "none") return; // every request would be refused; the page shows how to get a role
  restore();
  attempt("list", async () => {
    await list();
    enterTab();
    await fetchResults();
  });
  connect({
    ticket: async () => (await issueTicket()).ticket,
    shown() {
      const { selected, results } = read();
      return selected ? { poll_id: selected, version: results[selected]?.version ?? 0 } : {};
    },
    onMessage: receive,
    onMode: (mode) => dispatch({ type: "live", mode }),
    fetchInstead: fetchResults,
  });
}

await startLanguage(
  draw,
  { folder: "/admin/locales", english, published: PUBLISHED },
  { folder: "/organisers/locales", english: shared, published: SHARED },
);
drawWith(drawApp);
dispatch({ type: "tab", tab: tabIn(location.hash) });
restoreInvitation();
keys.listen();
addEventListener("hashchange", showTab);
addEventListener("beforeunload", (event) => {
  if (hasUnsavedCodes()) event.preventDefault(); // the browser asks whether to leave
});
setInterval(() => {
  draw();
  followRecounts();
  fetchRepeats();
}, TICK_MS);
await attempt("resume", async () => {
  const who = await resume();
  if (who) enter(who);
});
if (read().session === "loading") dispatch({ type: "signed_out" });
root.drawn = "";
