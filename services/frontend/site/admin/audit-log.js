// The room of the audit log: who did what to which poll, and when, newest first; of everything or of the chosen poll.
import { selectedPoll } from "../logic/admin.js";
import { refusalOf } from "../logic/members.js";
import { auditActionOf, deletedIn, pollOf, utcOf, whenOf } from "../logic/audit-log.js";
import { $, say, write } from "./dom.js";
import { callSigned } from "./session.js";

/**
 * @param {() => object} read the page's state
 * @param {(action: object) => void} dispatch
 * @param {(name: string, about: string, work: () => Promise<void>) => Promise<void>} attempt
 */
export function auditLogOf(read, dispatch, attempt) {
  let entries = [];
  let cursor = null;
  let run = 0; // what was asked before the last question is not shown any more
  const gone = new Set();

  const act = (work) =>
    attempt("audit_log", "audit_log", async () => {
      write($("audit-log-trouble"), "");
      try {
        await work();
      } catch (failure) {
        if (failure.status === undefined || failure.status === 401) throw failure;
        write($("audit-log-trouble"), refusalOf(failure.status, failure.problem).words);
      }
    });

  async function page(from) {
    const mine = (run += 1);
    const query = new URLSearchParams();
    if ($("audit-log-own").checked && read().selected) query.set("poll_id", read().selected);
    if (from) query.set("cursor", from);
    const { body } = await callSigned("GET", `/admin/api/audit?${query}`);
    if (mine !== run) return;
    const known = from ? entries.length : 0;
    entries = [...entries.slice(0, known), ...body.entries];
    cursor = body.next_cursor;
    for (const poll_id of deletedIn(body.entries)) gone.add(poll_id);
    draw(known);
    await learn(mine);
  }

  /** Questions of polls that the list has not come to yet, one after the other. */
  async function learn(mine) {
    const named = new Set(entries.map(({ poll_id }) => poll_id).filter(Boolean));
    for (const poll_id of named) {
      if (gone.has(poll_id) || read().polls.some((poll) => poll.poll_id === poll_id)) continue;
      if (mine !== run || $("tab-audit-log").hidden) return;
      try {
        dispatch({ type: "poll_found", poll: (await callSigned("GET", `/admin/api/polls/${poll_id}`)).body });
      } catch (failure) {
        if (failure.status !== 404) return; // the entry stands there all the same, by the poll's name
        gone.add(poll_id);
      }
      name();
    }
  }

  function draw(known) {
    const list = $("audit-log-list");
    list.replaceChildren(...[...list.children].slice(0, known), ...entries.slice(known).map(item));
    name();
    $("audit-log-empty").hidden = entries.length > 0;
    const held = document.activeElement === $("audit-log-more");
    $("audit-log-more").hidden = cursor === null;
    if (known) say(`${entries.length - known} older entries.`);
    if (held && cursor === null) list.children[known]?.focus(); // the button is gone: nobody is left nowhere
  }

  function name() {
    for (const link of $("audit-log-list").querySelectorAll("[data-poll-id]")) {
      const { text, there } = pollOf(link.dataset.pollId, read().polls, gone);
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
  $("audit-log-list").addEventListener("click", ({ target }) => {
    if (target.dataset.pollId && target.hasAttribute("href"))
      dispatch({ type: "select", poll_id: target.dataset.pollId });
  });
  return { enter };
}

function item(entry) {
  const row = $("audit-event").content.cloneNode(true).firstElementChild;
  const part = (name) => row.querySelector(name);
  part(".audit-log-who").textContent = entry.name;
  const named = entry.poll_id && entry.action !== "poll_deleted";
  part(".audit-log-action").textContent = `${auditActionOf(entry)}${named && entry.about ? ":" : ""}`;
  const link = part(".audit-log-poll");
  if (named) link.dataset.pollId = entry.poll_id;
  else link.remove();
  const time = part("time");
  time.dateTime = entry.at;
  time.title = utcOf(entry);
  time.textContent = whenOf(entry);
  return row;
}
