// What the organiser's page knows, and how each thing that happens changes it. No I/O, no clock, no DOM.
import { betterOffset } from "./clock.js";
import { EMPTY_FORM, fieldOf } from "./form.js";
import { EVERYTHING } from "./history.js";
import { named } from "./error-text.js";
import { withFrame } from "./vote-rate.js";
import { follow } from "./recount.js";
import { wordsOf } from "./refusals.js";
import { isNewer } from "./results.js";
import { lifecycleOf } from "./poll-status.js";
import { NEW, WRITING } from "./editor-state.js";

export const initialState = Object.freeze({
  session: "loading", // loading | out | in | expired
  name: "",
  username: "",
  role: "",
  polls: [], // newest first
  listed: false,
  next_cursor: null,
  wanted: EVERYTHING, // of the list
  selected: null,
  results: {}, // by poll id
  series: {}, // votes over time, by poll id
  seen: {}, // the counts that frames brought, by poll id
  viewers: null,
  recounts: {}, // by poll id
  abuse: {}, // reports, by poll id
  codes: {}, // by poll id: those made on this page, which nobody can show again
  live: "connecting",
  offset: null,
  task: NEW, // what the form is for
  form: EMPTY_FORM,
  aside: [], // what was begun before that, and waits: {task, form}
  errors: {}, // by form field
  alert: null, // {title, detail}
  notice: null, // of a step: {poll_id, tone, text, title, undo, lifecycle, revision}
  busy: {}, // by action
});

export function reduce(state, action) {
  const handle = HANDLERS[action.type];
  if (!handle) throw new Error(`unknown action ${action.type}`);
  return handle(state, action);
}

export const serverNow = (state, now) => now + (state.offset ?? 0);

export const selectedPoll = (state) => state.polls.find((poll) => poll.poll_id === state.selected) ?? null;

/** The poll that takes votes or is about to, if any. */
export const activePoll = (state, now) =>
  state.polls.find((poll) => ["soon", "open"].includes(lifecycleOf(poll, serverNow(state, now)))) ?? null;

/** Does a frame tell other times or another status than what is shown of its poll? Then somebody has changed it. */
export function disagrees(state, { poll_id, status, opens_at, closes_at }) {
  const poll = state.polls.find((one) => one.poll_id === poll_id);
  if (!poll || status === undefined) return false;
  const other = (time, shown) => time !== undefined && (time && Date.parse(time)) !== (shown && Date.parse(shown));
  const shown = poll.status === "scheduled" ? "open" : poll.status;
  return status !== shown || other(opens_at, poll.opens_at) || other(closes_at, poll.closes_at);
}

const HANDLERS = {
  ...WRITING,
  signed_in: (state, { name, username = "", role = "" }) => ({
    ...state,
    session: "in",
    name,
    username,
    role,
    alert: null,
  }),
  signed_out: (state) => ({ ...state, session: "out" }),
  told_time: (state, answer) => ({ ...state, offset: betterOffset(state.offset, answer) }),
  live: (state, { mode }) => ({ ...state, live: mode }),
  select: (state, { poll_id }) => ({ ...state, selected: poll_id, alert: null, notice: null }),
  busy: (state, { name, on }) => ({ ...state, busy: { ...state.busy, [name]: on } }),
  dismissed: (state) => ({ ...state, alert: null, notice: null }),
  abuse: (state, { report }) => ({ ...state, abuse: { ...state.abuse, [report.poll_id]: report } }),
  series: (state, { poll_id, points }) => ({ ...state, series: { ...state.series, [poll_id]: points } }),
  recount: (state, { recount }) => ({
    ...state,
    recounts: { ...state.recounts, [recount.poll_id]: follow(state.recounts[recount.poll_id], recount) },
  }),

  listed(state, { polls, next_cursor, more, now }) {
    // A list may lag behind what a step has just answered; and what was found one by one takes its place in it.
    const newest = (poll) =>
      state.polls.find(({ poll_id, revision }) => poll_id === poll.poll_id && revision > poll.revision) ?? poll;
    const known = more ? state.polls.filter(({ poll_id }) => !polls.some((poll) => poll.poll_id === poll_id)) : [];
    const next = { ...state, polls: [...known, ...polls.map(newest)], next_cursor, listed: true };
    if (selectedPoll(next)) return next;
    return { ...next, selected: (activePoll(next, now) ?? next.polls[0])?.poll_id ?? null };
  },

  poll(state, { poll }) {
    const known = state.polls.some((other) => other.poll_id === poll.poll_id);
    const merge = (other) =>
      other.poll_id === poll.poll_id && poll.revision >= other.revision ? { ...other, ...poll } : other;
    return { ...state, polls: known ? state.polls.map(merge) : [poll, ...state.polls] };
  },

  /** An older poll that nobody has listed yet. */
  found(state, { poll }) {
    const known = state.polls.some(({ poll_id }) => poll_id === poll.poll_id);
    return known ? state : { ...state, polls: [...state.polls, poll] };
  },

  /** A step is done, or was refused; said on the stage as long as that poll is there. */
  noticed: (state, { notice }) => ({ ...state, notice: { poll_id: state.selected, ...notice } }),

  gone(state, { poll_id, now }) {
    const next = { ...state, polls: state.polls.filter((poll) => poll.poll_id !== poll_id), notice: null };
    if (state.selected !== poll_id) return next;
    return { ...next, selected: (activePoll(next, now) ?? next.polls[0])?.poll_id ?? null };
  },

  /** One that the list has not come to yet: it joins at the end, and no poll moves. */
  poll_found: (state, { poll }) =>
    state.polls.some(({ poll_id }) => poll_id === poll.poll_id) ? state : { ...state, polls: [...state.polls, poll] },

  created: (state, { poll }) => ({
    ...HANDLERS.poll(HANDLERS.finished(state), { poll }),
    selected: poll.poll_id,
  }),

  saved: (state, { poll }) => HANDLERS.poll(HANDLERS.finished(state), { poll }),

  codes_made(state, { poll_id, codes, minted }) {
    const before = state.codes[poll_id]?.codes ?? [];
    const made = { codes: [...before, ...codes], minted, kept: false };
    return { ...state, codes: { ...state.codes, [poll_id]: made }, alert: null };
  },

  codes_kept: (state, { poll_id }) => ({
    ...state,
    codes: { ...state.codes, [poll_id]: { ...state.codes[poll_id], kept: true } },
  }),

  looked_for: (state, { field, value }) => ({ ...state, wanted: { ...state.wanted, [field]: value } }),
  viewers: (state, { viewers }) => ({ ...state, viewers }),

  frame(state, { frame }) {
    const shown = state.results[frame.poll_id] ?? null;
    const newer = frame.counts && isNewer(shown, frame);
    const results = newer ? { ...state.results, [frame.poll_id]: frame } : state.results;
    if (shown && frame.version < shown.version) return state;
    const seen = newer
      ? { ...state.seen, [frame.poll_id]: withFrame(state.seen[frame.poll_id] ?? [], frame) }
      : state.seen;
    // Whether a draft is one no longer, the API has to say: the frame may be older than what took it back.
    const merge = (poll) =>
      poll.poll_id !== frame.poll_id || poll.status === "draft"
        ? poll
        : {
            ...poll,
            status: frame.status,
            opens_at: frame.opens_at ?? poll.opens_at,
            closes_at: frame.closes_at ?? poll.closes_at,
          };
    return { ...state, results, seen, polls: state.polls.map(merge) };
  },

  /** Whatever the API refused: typed text stays, and the way on is said. */
  refused(state, { status, problem, about }) {
    if (status === 401) return { ...state, session: "expired", alert: null };
    const errors = {};
    const rest = [];
    for (const { field, message } of problem.errors ?? []) {
      const place = about === "form" ? fieldOf(field) : "";
      if (place) errors[place] ??= named(message, state.polls);
      else rest.push(message);
    }
    const { title, detail: told, advice } = wordsOf(status, problem);
    const atFields = Object.keys(errors).length > 0;
    const detail = named([told, ...rest].filter(Boolean).join(" ") || (atFields ? "" : advice), state.polls);
    if (about === "step") return HANDLERS.noticed(state, { notice: { tone: "trouble", title, text: detail } });
    const kept = about === "form" ? errors : state.errors;
    return { ...state, errors: kept, alert: atFields && !detail ? null : { title, detail } };
  },
};
