// The tab of the audit log, newest first; of all polls or of the selected one.

import { Failure } from "../api.js";
import { selectedPoll } from "../logic/admin.js";
import { auditActionOf, deletedIn, pollOf, utcOf, whenOf } from "../logic/audit-log.js";
import { refusalOf } from "../logic/members.js";
import { $, copyOf, find, say, targetOf, write } from "./dom.js";
import { callSigned } from "./session.js";

/** @import { AuditEvent, AuditLogPage } from "contracts" */
/** @import { AdminDispatch, ReadAdmin, Reply, RunAction } from "page-state" */

/**
 * Return the tab of the audit log.
 * @param {ReadAdmin} read
 * @param {AdminDispatch} dispatch
 * @param {RunAction} attempt
 */
export function auditLogOf(read, dispatch, attempt) {
  /** @type {AuditEvent[]} */
  let entries = [];
  /** @type {string|null} */
  let cursor = null;
  let run = 0; // answers to earlier requests are ignored
  /** @type {Set<string>} */
  const gone = new Set();

  /** @param {() => Promise<void>} work */
  const act = (work) =>
    attempt("audit-log", "audit-log", async () => {
      write($("audit-log-trouble"), "");
      try {
        await work();
      } catch (failure) {
        if (!(failure instanceof Failure) || failure.status === 401) throw failure;
        write($("audit-log-trouble"), refusalOf(failure.status, failure.problem).words);
      }
    });

  /** Load a page of events. @param {string|null} from */
  async function page(from) {
    run += 1;
    const mine = run;
    const query = new URLSearchParams();
    const { selected } = read();
    if ($("audit-log-own").checked && selected) query.set("poll_id", selected);
    if (from) query.set("cursor", from);
    /** @type {Reply<AuditLogPage>} */
    const { body } = await callSigned("GET", `/admin/api/audit?${query}`);
    if (mine !== run) return;
    const known = from ? entries.length : 0;
    entries = [...entries.slice(0, known), ...body.entries];
    cursor = body.next_cursor;
    for (const poll_id of deletedIn(body.entries)) gone.add(poll_id);
    draw(known);
    await learn(mine);
  }

  /**
   * Fetch, one after the other, the polls that the list does not contain yet, for their questions.
   * @param {number} mine
   */
  async function learn(mine) {
    const named = new Set(entries.map(({ poll_id }) => poll_id));
    for (const poll_id of named) {
      if (!poll_id || gone.has(poll_id) || read().polls.some((poll) => poll.poll_id === poll_id)) continue;
      if (mine !== run || $("tab-audit-log").hidden) return;
      try {
        dispatch({ type: "poll_found", poll: (await callSigned("GET", `/admin/api/polls/${poll_id}`)).body });
      } catch (failure) {
        if (!(failure instanceof Failure) || failure.status !== 404) return; // the event is shown all the same, by the poll's id
        gone.add(poll_id);
      }
      name();
    }
  }

  /** @param {number} known the number of events on the page */
  function draw(known) {
    const list = $("audit-log-list");
    list.replaceChildren(...[...list.children].slice(0, known), ...entries.slice(known).map(item));
    name();
    $("audit-log-empty").hidden = entries.length > 0;
    const held = document.activeElement === $("audit-log-more");
    $("audit-log-more").hidden = cursor === null;
    if (known) say(`${entries.length - known} older entries.`);
    if (held && cursor === null) list.querySelectorAll("li")[known]?.focus(); // the button that had the focus is hidden
  }

  function name() {
    for (const link of $("audit-log-list").querySelectorAll("a")) {
      const { text, there } = pollOf(link.dataset.pollId ?? "", read().polls, gone);
      write(link, text);
      if (there) link.href = "#polls";
      else link.removeAttribute("href");
    }
  }

  function enter() {
    const poll = selectedPoll(read());
    $("audit-log-filter").hidden = !poll;
    if (!poll) $("audit-log-own").checked = false;
    write($("audit-log-own-name"), poll?.question ?? "");
    return act(() => page(null));
  }

  $("audit-log-own").addEventListener("change", () => act(() => page(null)));
  $("audit-log-more").addEventListener("click", () => act(() => page(cursor)));
  $("audit-log-list").addEventListener("click", (event) => {
    const target = targetOf(event);
    if (target.dataset.pollId && target.hasAttribute("href"))
      dispatch({ type: "select", poll_id: target.dataset.pollId });
  });
  return { enter };
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

/** @param {AuditEvent} entry */
function item(entry) {
  const row = copyOf($("audit-event"));
  /** @param {string} selector */
  const part = (selector) => find(row, selector);
  part(".audit-log-who").textContent = entry.name;
  const named = entry.poll_id && entry.action !== "poll.deleted";
  part(".audit-log-action").textContent = `${auditActionOf(entry)}${named && entry.about ? ":" : ""}`;
  const link = part(".audit-log-poll");
  if (named) link.dataset.pollId = entry.poll_id ?? "";
  else link.remove();
  /** @type {HTMLTimeElement} */
  const time = find(row, "time");
  time.dateTime = entry.at;
  time.title = utcOf(entry);
  time.textContent = whenOf(entry);
  return row;
}
