// What the voter's page knows, and how each thing that happens changes it. No I/O, no clock, no DOM.
import { betterOffset, phaseOf } from "./clock.js";
import { isTurnOf } from "./poll-switching.js";
import { isNewer } from "./results.js";

/**
 * @typedef {{choice: "a"|"b", receipt: string, recorded_at: string, results_pass?: string, code?: string}} Mine
 * @typedef {{choice: "a"|"b", reason: null|"offline"|"unreachable"|"crowded"|"busy"|"wait"|"proving", again_at: number|null}} Attempt
 * @typedef {{kind: "recorded"|"again"|"other"|"closed"|"unknown"|"refused"
 *   |"no_code"|"short_code"|"invalid_code", slug?: string, title?: string, detail?: string}} Answer
 * @typedef {{mine: Mine|null, attempt: Attempt|null, answer: Answer|null}} Vote
 */

const CODE_ANSWERS = ["no_code", "short_code", "invalid_code"];
const NO_VOTE = Object.freeze({ mine: null, attempt: null, answer: null });

/**
 * @param {string|null} wanted the poll of the address, null = whichever is open
 * @param {"a"|"b"|null} marked what a link from another page has chosen in it: to be seen, and cast by a tap alone
 * @param {boolean} cookies the browser keeps cookies for this site
 */
export function initialState(wanted, marked = null, cookies = true) {
  return {
    wanted,
    marked,
    cookies,
    load: "loading", // loading | ready | unknown | trouble
    poll: null,
    votes: {}, // by poll id: an answer may come after the page has moved on to the next poll
    codes: {}, // by poll id: what stands in the field for the code
    next: null, // the poll to go on to when its turn comes
    left: [], // polls shown before this one: a cached answer must not bring one back
    results: null,
    hidden: null, // the visibility rule that hides the counts
    turnout: null, // how many votes there are meanwhile, in a poll that tells: {total, version}
    viewers: null, // how many watch, once told
    status_version: 0,
    live: "connecting", // connecting | live | delayed
    offset: null,
    elsewhere: null, // that the poll has changed, or how a vote ended whose poll is no longer shown
  };
}

/** @returns {Vote} */
export function voteIn(state, pollId = state.poll?.poll_id) {
  return state.votes[pollId] ?? NO_VOTE;
}

/** What stands in the field for the code. */
export function codeIn(state, pollId = state.poll?.poll_id) {
  return state.codes[pollId] ?? "";
}

/** The option that a link has marked, until this voter has said something. */
export function markedIn({ wanted, marked, ...state }) {
  const { mine, attempt } = voteIn(state);
  return wanted === state.poll?.poll_id && !mine && !attempt ? marked : null;
}

export function serverNow(state, now) {
  return now + (state.offset ?? 0);
}

export function canVote(state, now) {
  if (!state.cookies || !state.poll || phaseOf(state.poll, serverNow(state, now)) !== "open") return false;
  return !voteIn(state).attempt;
}

export function reduce(state, action) {
  const handle = HANDLERS[action.type];
  if (!handle) throw new Error(`unknown action ${action.type}`);
  return handle(state, action);
}

const HANDLERS = {
  told_time: (state, answer) => ({ ...state, offset: betterOffset(state.offset, answer) }),
  unknown_poll: (state) => ({ ...state, load: "unknown" }),
  load_failed: (state, { reason }) => (state.load === "ready" ? state : { ...state, load: "trouble", trouble: reason }),
  live: (state, { mode }) => ({ ...state, live: mode }),
  viewers: (state, { viewers }) => ({ ...state, viewers }),

  poll(state, { poll, now }) {
    const shown = state.poll;
    if (!poll) return { ...state, load: "ready", next: null }; // a poll that is shown stays, with its result
    if (shown?.poll_id === poll.poll_id) {
      return { ...state, load: "ready", poll: poll.revision >= shown.revision ? poll : shown };
    }
    if (state.left.includes(poll.poll_id)) return state;
    return goOn({ ...state, load: "ready", next: poll }, now);
  },

  /** Time has passed: it may be the next poll's turn. */
  tick: (state, { now }) => (state.next ? goOn(state, now) : state),

  /** A poll that was to come is taken back, or deleted. */
  gone: (state, { poll_id }) => (state.next?.poll_id === poll_id ? { ...state, next: null } : state),

  remembered: (state, { poll_id, mine }) => withVote(state, poll_id, (vote) => ({ ...vote, mine: vote.mine ?? mine })),

  /** A code was typed, or came with the link; what was said of the one before is no longer about it. */
  code: (state, { poll_id, code }) =>
    withVote({ ...state, codes: { ...state.codes, [poll_id]: code } }, poll_id, (vote) => ({
      ...vote,
      answer: CODE_ANSWERS.includes(vote.answer?.kind) ? null : vote.answer,
    })),

  /** Somebody else uses this device, with a code of their own. */
  another_code: (state, { poll_id }) =>
    withVote({ ...state, codes: { ...state.codes, [poll_id]: "" } }, poll_id, () => NO_VOTE),

  choose: (state, { poll_id, choice }) =>
    withVote({ ...state, marked: null, elsewhere: null }, poll_id, (vote) => ({
      ...vote,
      attempt: { choice, reason: null, again_at: null },
      answer: null,
    })),

  sending: (state, { poll_id }) =>
    withVote(state, poll_id, (vote) => ({ ...vote, attempt: vote.attempt && { ...vote.attempt, again_at: null } })),

  postponed: (state, { poll_id, reason, again_at }) =>
    withVote(state, poll_id, (vote) => ({ ...vote, attempt: vote.attempt && { ...vote.attempt, reason, again_at } })),

  answered(state, { poll_id, answer, mine }) {
    const next = withVote(state, poll_id, (vote) => ({ mine: mine ?? vote.mine, attempt: null, answer }));
    if (poll_id !== state.poll?.poll_id) return { ...next, elsewhere: answer };
    return answer.kind === "closed" ? { ...next, poll: { ...next.poll, status: "closed" } } : next;
  },

  frame(state, { frame }) {
    if (!state.poll || frame.poll_id !== state.poll.poll_id) return state;
    const next = withStatus(state, frame);
    if (frame.type === "results_hidden" && !state.results) {
      return { ...next, hidden: frame.result_visibility, turnout: newerTurnout(state.turnout, frame) };
    }
    if (!frame.counts || !isNewer(state.results, frame)) return next;
    return { ...next, results: frame, hidden: null };
  },

  hidden: (state, { poll_id }) =>
    state.poll?.poll_id !== poll_id || state.results ? state : { ...state, hidden: state.poll.result_visibility },
};

function goOn(state, now) {
  const { poll: shown, next } = state;
  if (!isTurnOf(next, shown, serverNow(state, now))) return state;
  const left = shown ? [...state.left, shown.poll_id] : state.left;
  const elsewhere = shown ? { kind: "switched" } : state.elsewhere;
  const fresh = { results: null, hidden: null, turnout: null, status_version: 0 };
  return { ...state, ...fresh, poll: next, next: null, left, elsewhere };
}

function newerTurnout(shown, { total, version }) {
  return total === undefined || shown?.version > version ? shown : { total, version };
}

function withVote(state, pollId, change) {
  return { ...state, votes: { ...state.votes, [pollId]: change(voteIn(state, pollId)) } };
}

/** A frame also says where the poll is in its life; of equal versions the later message wins, an older one never. */
function withStatus(state, frame) {
  if (frame.version < state.status_version) return state;
  const { status } = frame;
  const opens_at = frame.opens_at ?? state.poll.opens_at;
  const closes_at = frame.closes_at ?? state.poll.closes_at;
  return { ...state, status_version: frame.version, poll: { ...state.poll, status, opens_at, closes_at } };
}
