// The tab of the audit log, newest first; of all polls or of the selected one.
import { Failure } from "../api.js";
import { html } from "../html.js";
import { auditActionOf, deletedIn, pollOf, utcOf, whenOf } from "../logic/audit-log.js";
import { phrase } from "../logic/i18n.js";
import { refusalOf } from "../logic/members.js";
import { withField } from "../organisers/events.js";
import { Button, ErrorText } from "../organisers/parts.js";
import { fetchPoll } from "../organisers/polls.js";
import { callSigned } from "../organisers/session.js";
import { attempt, dispatch, focusWithin, read, say, selected, update } from "./store.js";

/** @import { AuditEvent, AuditLogPage, Poll } from "contracts" */
/** @import { AdminState } from "page-state" */

let newest = 0; // answers to earlier requests are ignored

/** Load a page of events. @param {string|null} cursor */
function load(cursor) {
  update("auditLog", { trouble: "" });
  return attempt("audit-log", () => page(cursor), showRefusal);
}

/** @param {Failure} failure */
const showRefusal = ({ status, problem }) => update("auditLog", { trouble: refusalOf(status, problem).words });

/** @param {string|null} from */
async function page(from) {
  newest += 1;
  const mine = newest;
  const { auditLog, selected } = read();
  const found = await fetchEvents({
    ...(auditLog.own && selected && { poll_id: selected }),
    ...(from && { cursor: from }),
  });
  if (mine !== newest) return;
  const { entries: before, gone } = read().auditLog;
  const known = from ? before : [];
  const held = document.activeElement?.id === "audit-log-more";
  update("auditLog", {
    entries: [...known, ...found.entries],
    cursor: found.next_cursor,
    gone: [...gone, ...deletedIn(found.entries)],
    listed: true,
  });
  if (from) say(phrase("log.older_loaded", { n: found.entries.length }));
  // The button that had the focus has disappeared.
  if (held && !found.next_cursor) focusWithin(`#audit-log-list li:nth-child(${known.length + 1})`);
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
      dispatch({ type: "poll_found", poll: await fetchPoll(poll_id) });
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
    return (await fetchEvents({ poll_id: poll_id ?? "" })).entries;
  } catch {
    return [];
  }
}

/** @param {Record<string, string>} query @returns {Promise<AuditLogPage>} */
const fetchEvents = (query) => callSigned("GET", `/admin/api/audit?${new URLSearchParams(query)}`);

/** @param {{state: AdminState, poll: Poll|null}} props */
export function AuditLogTab({ state, poll }) {
  const { entries, cursor, own, trouble, listed } = state.auditLog;
  const filter = withField(({ checked }) => {
    update("auditLog", { own: checked });
    load(null);
  });
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
