// The tab of the audit log, newest first; of all polls or of the selected one.
import { Failure } from "../api.js";
import { html } from "../html.js";
import { auditActionOf, deletedIn, pollOf, utcOf, whenOf } from "../logic/audit-log.js";
import { phrase } from "../logic/i18n.js";
import { refusalOf } from "../logic/members.js";
import { Button, ErrorText } from "./parts.js";
import { callSigned } from "./session.js";
import { attempt, dispatch, focusWithin, read, say, selected, update } from "./store.js";

/** @import { AuditEvent, AuditLogPage, Poll } from "contracts" */
/** @import { AdminState, Reply } from "page-state" */

let newest = 0; // answers to earlier requests are ignored

/** Load a page of events. @param {string|null} cursor */
const load = (cursor) =>
  attempt("audit-log", "audit-log", async () => {
    update("auditLog", { trouble: "" });
    try {
      await page(cursor);
    } catch (failure) {
      if (!(failure instanceof Failure) || failure.status === 401) throw failure;
      update("auditLog", { trouble: refusalOf(failure.status, failure.problem).words });
    }
  });

/** @param {string|null} from */
async function page(from) {
  newest += 1;
  const mine = newest;
  const query = new URLSearchParams();
  const { selected } = read();
  if (read().auditLog.own && selected) query.set("poll_id", selected);
  if (from) query.set("cursor", from);
  /** @type {Reply<AuditLogPage>} */
  const { body } = await callSigned("GET", `/admin/api/audit?${query}`);
  if (mine !== newest) return;
  const { entries: before, gone } = read().auditLog;
  const known = from ? before : [];
  const held = document.activeElement?.id === "audit-log-more";
  update("auditLog", {
    entries: [...known, ...body.entries],
    cursor: body.next_cursor,
    gone: [...gone, ...deletedIn(body.entries)],
    listed: true,
  });
  if (from) say(phrase("log.older_loaded", { n: body.entries.length }));
  // The button that had the focus has disappeared.
  if (held && !body.next_cursor) focusWithin(`#audit-log-list li:nth-child(${known.length + 1})`);
  await learn(mine);
}

/** Fetch, one after the other, the polls that the list does not contain yet, for their questions. @param {number} mine */
async function learn(mine) {
  const { entries } = read().auditLog;
  for (const poll_id of new Set(entries.map(({ poll_id }) => poll_id))) {
    const known = read().polls.some((poll) => poll.poll_id === poll_id);
    if (!poll_id || known || read().auditLog.gone.includes(poll_id)) continue;
    if (mine !== newest || read().tab !== "audit-log") return;
    try {
      dispatch({ type: "poll_found", poll: (await callSigned("GET", `/admin/api/polls/${poll_id}`)).body });
    } catch (failure) {
      if (!(failure instanceof Failure) || failure.status !== 404) return; // the event is shown all the same, by the poll's id
      update("auditLog", { gone: [...read().auditLog.gone, poll_id] });
    }
  }
}

/** Load the newest events. */
export function enterAuditLog() {
  if (!selected()) update("auditLog", { own: false });
  load(null);
}

/** Return the newest audit events of a poll; none if the audit log cannot be read. @param {string|null} poll_id */
export async function eventsOf(poll_id) {
  try {
    /** @type {Reply<AuditLogPage>} */
    const { body } = await callSigned("GET", `/admin/api/audit?poll_id=${poll_id}`);
    return body.entries;
  } catch {
    return [];
  }
}

/** @param {{state: AdminState, poll: Poll|null}} props */
export function AuditLogTab({ state, poll }) {
  const { entries, cursor, own, trouble, listed } = state.auditLog;
  /** @param {Event} event */
  function filter({ target }) {
    update("auditLog", { own: /** @type {HTMLInputElement} */ (target).checked });
    load(null);
  }
  return html`<main class="tab" id="tab-audit-log" aria-labelledby="audit-log-heading" hidden=${state.tab !== "audit-log"}>
    <section class="panel" aria-labelledby="audit-log-heading">
      <h1 id="audit-log-heading" tabindex="-1">${phrase("app.audit_log")}</h1>
      <p class="hint">${phrase("log.hint")}</p>
      ${
        poll &&
        html`<label class="filter" id="audit-log-filter">
          <input type="checkbox" id="audit-log-own" checked=${own} onChange=${filter} />${" "}
          <span><span>${phrase("log.own")}</span>${" "}<b id="audit-log-own-name" dir="auto">${poll.question}</b></span>
        </label>`
      }
      <${ErrorText} id="audit-log-trouble" alert text=${trouble} />
      <ol id="audit-log-list" aria-labelledby="audit-log-heading">
        ${entries.map((entry, place) => html`<${Entry} key=${place} entry=${entry} state=${state} />`)}
      </ol>
      ${listed && entries.length === 0 && html`<p class="hint" id="audit-log-empty">${phrase("log.empty")}</p>`}
      ${cursor !== null && html`<${Button} look="wide" id="audit-log-more" label=${phrase("log.more")} busy=${state.busy["audit-log"]} onPress=${() => load(cursor)} />`}
    </section>
  </main>`;
}

/** @param {{entry: AuditEvent, state: AdminState}} props */
function Entry({ entry, state }) {
  const { poll_id, action, about, name, at } = entry;
  const named = poll_id && action !== "poll.deleted" ? pollOf(poll_id, state.polls, state.auditLog.gone) : null;
  const show = () => named?.there && poll_id && dispatch({ type: "select", poll_id });
  return html`<li class="audit-event" tabindex="-1">
    <p>
      <span class="audit-log-who" dir="auto">${name}</span>${" "}
      <span class="audit-log-action" dir="auto">${`${auditActionOf(entry)}${named && about ? ":" : ""}`}</span>${" "}
      ${named && html`<a class="audit-log-poll" dir="auto" href=${named.there ? "#polls" : undefined} onClick=${show}>${named.text}</a>`}
    </p>${" "}
    <time datetime=${at} title=${utcOf(entry)}>${whenOf(entry)}</time>
  </li>`;
}
