// The state of the dashboard and its reducer. No I/O, no clock, no DOM.

import { named } from "./api-detail.js";
import { betterOffset, serverNow } from "./clock.js";
import { EDITOR_HANDLERS, NEW } from "./editor-state.js";
import { EMPTY_FORM, fieldOf } from "./form.js";
import { pollAfter } from "./live-messages.js";
import { EMPTY_INVITE } from "./members.js";
import { wordsOf } from "./organiser-refusals.js";
import { EVERYTHING } from "./poll-list.js";
import { lifecycleOf } from "./poll-status.js";
import { follow } from "./recount.js";
import { reduceBy } from "./reducer.js";
import { isNewer } from "./results.js";
import { withMessage } from "./vote-rate.js";

/** @import { Poll } from "contracts" */
/** @import { AdminAction, AdminState, FormErrors, Handlers, PollUpdate } from "page-state" */

/** @type {Readonly<AdminState>} */
export const initialState = Object.freeze({
  session: "loading",
  name: "",
  username: "",
  role: "",
  polls: [],
  listed: false,
  next_cursor: null,
  wanted: EVERYTHING,
  selected: null,
  results: {},
  effects: {},
  series: {},
  seen: {},
  audience: null,
  recounts: {},
  abuse: {},
  codes: {},
  live: "connecting",
  offset: null,
  task: NEW,
  form: EMPTY_FORM,
  aside: [],
  errors: {},
  alert: null,
  notice: null,
  busy: {},
  tab: "polls",
  dialog: null,
  said: "",
  members: { list: [], busy: false, trouble: "" },
  invitation: { typed: EMPTY_INVITE, errors: {}, trouble: "" },
  auditLog: { entries: [], cursor: null, gone: [], own: false, listed: false, trouble: "" },
  exporting: { what: "totals", format: "csv", progress: "" },
  codesForm: { count: "50", error: "" },
  sharing: { said: "" },
});

/** @param {AdminState} state */
export const selectedPoll = (state) => state.polls.find((poll) => poll.poll_id === state.selected) ?? null;

/** Return the poll that is open or opening, if any. @param {AdminState} state @param {number} now */
export const activePoll = (state, now) =>
  state.polls.find((poll) => ["soon", "open"].includes(lifecycleOf(poll, serverNow(state, now)))) ?? null;

/**
 * Return whether a message reports other times or another status than the page shows: another organiser has changed the
 * poll.
 * @param {AdminState} state
 * @param {PollUpdate} message
 */
export function disagrees(state, { poll_id, status, opens_at, closes_at }) {
  const poll = state.polls.find((one) => one.poll_id === poll_id);
  if (!poll || status === undefined) return false;
  /** @param {string|null|undefined} time @param {string|null} shown */
  const other = (time, shown) => time !== undefined && (time && Date.parse(time)) !== (shown && Date.parse(shown));
  const shown = poll.status === "scheduled" ? "open" : poll.status;
  return status !== shown || other(opens_at, poll.opens_at) || other(closes_at, poll.closes_at);
}

/** @type {Handlers<AdminState, AdminAction>} */
const HANDLERS = {
  ...EDITOR_HANDLERS,
  signed_in: (state, { name, username = "", role = "" }) => ({
    ...state,
    session: "in",
    name,
    username,
    role,
    alert: null,
  }),
  signed_out: (state) => ({ ...state, session: "out" }),
  time_synced: (state, answer) => ({ ...state, offset: betterOffset(state.offset, answer) }),
  live: (state, { mode }) => ({ ...state, live: mode }),
  select: (state, { poll_id }) => ({ ...state, selected: poll_id, alert: null, notice: null }),
  tab: (state, { tab }) => ({ ...state, tab }),
  dialog: (state, { dialog }) => ({ ...state, dialog }),
  said: (state, { text }) => ({ ...state, said: text }),
  panel: (state, { panel, change }) => ({ ...state, [panel]: { ...state[panel], ...change } }),
  busy: (state, { name, on }) => ({ ...state, busy: { ...state.busy, [name]: on } }),
  dismissed: (state) => ({ ...state, alert: null, notice: null }),
  abuse: (state, { report }) => ({ ...state, abuse: { ...state.abuse, [report.poll_id]: report } }),
  series: (state, { poll_id, points }) => ({ ...state, series: { ...state.series, [poll_id]: points } }),
  recount: (state, { recount }) => ({
    ...state,
    recounts: { ...state.recounts, [recount.poll_id]: follow(state.recounts[recount.poll_id], recount) },
  }),

  listed(state, { polls, next_cursor, more, now }) {
    // A list may be older than the answer to a poll action. Polls that were fetched one by one move to their place in it.
    /** @param {Poll} poll */
    const newest = (poll) =>
      state.polls.find(({ poll_id, revision }) => poll_id === poll.poll_id && revision > poll.revision) ?? poll;
    const known = more ? state.polls.filter(({ poll_id }) => !polls.some((poll) => poll.poll_id === poll_id)) : [];
    const next = { ...state, polls: [...known, ...polls.map(newest)], next_cursor, listed: true };
    if (selectedPoll(next)) return next;
    return { ...next, selected: (activePoll(next, now) ?? next.polls[0])?.poll_id ?? null };
  },

  poll(state, { poll }) {
    const known = state.polls.some((other) => other.poll_id === poll.poll_id);
    /** @param {Poll} other */
    const merge = (other) =>
      other.poll_id === poll.poll_id && poll.revision >= other.revision ? { ...other, ...poll } : other;
    return { ...state, polls: known ? state.polls.map(merge) : [poll, ...state.polls] };
  },

  /** The outcome of a poll action; shown as long as its poll is. */
  noticed: (state, { notice }) => ({ ...state, notice: { poll_id: state.selected, ...notice } }),

  poll_removed(state, { poll_id, now }) {
    const next = { ...state, polls: state.polls.filter((poll) => poll.poll_id !== poll_id), notice: null };
    if (state.selected !== poll_id) return next;
    return { ...next, selected: (activePoll(next, now) ?? next.polls[0])?.poll_id ?? null };
  },

  /** A poll that the list does not contain yet: it is added at the end, so that no poll moves. */
  poll_found: (state, { poll }) =>
    state.polls.some(({ poll_id }) => poll_id === poll.poll_id) ? state : { ...state, polls: [...state.polls, poll] },

  created: (state, { poll }) => ({
    ...HANDLERS.poll(HANDLERS.finished(state, { type: "finished" }), { type: "poll", poll }),
    selected: poll.poll_id,
  }),

  saved: (state, { poll }) => HANDLERS.poll(HANDLERS.finished(state, { type: "finished" }), { type: "poll", poll }),

  codes_made(state, { poll_id, codes, minted }) {
    const before = state.codes[poll_id]?.codes ?? [];
    const made = { codes: [...before, ...codes], minted, kept: false };
    return { ...state, codes: { ...state.codes, [poll_id]: made }, alert: null };
  },

  codes_kept: (state, { poll_id }) => ({
    ...state,
    codes: { ...state.codes, [poll_id]: { ...state.codes[poll_id], kept: true } },
  }),

  list_filtered: (state, { field, value }) => ({ ...state, wanted: { ...state.wanted, [field]: value } }),
  audience: (state, { audience }) => ({ ...state, audience }),

  message(state, { message }) {
    const shown = state.results[message.poll_id] ?? null;
    const newer = message.counts && isNewer(shown, message) ? message : null;
    const results = newer ? { ...state.results, [message.poll_id]: newer } : state.results;
    if (shown && message.version < shown.version) return state;
    const effect = message.position_effect; // in answers of the API, not in messages of the live connection
    const effects = effect ? { ...state.effects, [message.poll_id]: effect } : state.effects;
    const seen = newer
      ? { ...state.seen, [message.poll_id]: withMessage(state.seen[message.poll_id] ?? [], newer) }
      : state.seen;
    // A message never changes a draft: it may be older than the change that made the poll a draft again.
    /** @param {Poll} poll @returns {Poll} */
    const merge = (poll) =>
      poll.poll_id !== message.poll_id || poll.status === "draft" ? poll : pollAfter(poll, message);
    return { ...state, results, effects, seen, polls: state.polls.map(merge) };
  },

  /** A refusal by the API: the typed text stays, and the advice is shown. */
  refused(state, { status, problem, about }) {
    if (status === 401) return { ...state, session: "expired", alert: null };
    /** @type {FormErrors} */
    const errors = {};
    const rest = [];
    for (const { field, message } of problem.errors ?? []) {
      const place = about === "form" ? fieldOf(field) : "";
      if (place) errors[place] ??= named(message, state.polls);
      else rest.push(message);
    }
    const { title, detail: reason, advice } = wordsOf(status, problem);
    const atFields = Object.keys(errors).length > 0;
    const detail = named([reason, ...rest].filter(Boolean).join(" ") || (atFields ? "" : advice), state.polls);
    if (about === "step")
      return HANDLERS.noticed(state, { type: "noticed", notice: { tone: "trouble", title, text: detail } });
    const kept = about === "form" ? errors : state.errors;
    return { ...state, errors: kept, alert: atFields && !detail ? null : { title, detail } };
  },
};

/** Return the state after an action. @param {AdminState} state @param {AdminAction} action */
export const reduce = (state, action) => reduceBy(HANDLERS, state, action);
