// The state of the voter's page and its reducer. No I/O, no clock, no DOM.
import { betterOffset, phaseOf, serverNow } from "./clock.js";
import { pollAfter } from "./live-messages.js";
import { isTurnOf } from "./poll-switching.js";
import { reduceBy } from "./reducer.js";
import { isNewer } from "./results.js";

/** @import { Choice, PublicPoll } from "contracts" */
/** @import { Handlers, HiddenUpdate, PollUpdate, Vote, VoterAction, VoterState } from "page-state" */

/** @type {(string|undefined)[]} */
const CODE_ANSWERS = ["no_code", "short_code", "invalid_code"];
/** @type {Readonly<Vote>} */
const NO_VOTE = Object.freeze({ mine: null, attempt: null, answer: null });

/**
 * Return the state before the first answer.
 * @param {string|null} wanted the poll of the address; null: the open one
 * @param {Choice|null} marked the option that a link from another page has preselected; only a tap casts it
 * @param {boolean} cookies whether the browser keeps cookies for this site
 * @returns {VoterState}
 */
export function initialState(wanted, marked = null, cookies = true) {
  return {
    wanted,
    marked,
    cookies,
    load: "loading",
    poll: null,
    votes: {},
    codes: {},
    next: null,
    other: null,
    previousPollIds: [],
    results: null,
    hidden: null,
    turnout: null,
    audience: null,
    status_version: 0,
    live: "connecting",
    offset: null,
    elsewhere: null,
  };
}

/**
 * Return the vote in a poll; by default in the shown one.
 * @param {Pick<VoterState, "poll"|"votes">} state
 * @param {string|undefined} pollId
 * @returns {Vote}
 */
export function voteIn(state, pollId = state.poll?.poll_id) {
  return (pollId && state.votes[pollId]) || NO_VOTE;
}

/** Return the content of the field for the code. @param {VoterState} state @param {string|undefined} pollId */
export function codeIn(state, pollId = state.poll?.poll_id) {
  return (pollId && state.codes[pollId]) ?? "";
}

/** Return the preselected option, until this voter has chosen one. @param {VoterState} state @returns {Choice|null} */
export function preselectedIn({ wanted, marked, ...state }) {
  const { mine, attempt } = voteIn(state);
  return wanted === state.poll?.poll_id && !mine && !attempt ? marked : null;
}

/**
 * Return whether another poll is open while the one of the link has closed: the page stays, and offers a way there.
 * @param {VoterState} state
 * @param {number} now device time in ms
 */
export function isOpenElsewhere({ wanted, poll, other, ...state }, now) {
  const at = serverNow(state, now);
  if (!wanted || !poll || !other || other.poll_id === poll.poll_id) return false;
  return phaseOf(poll, at) === "closed" && phaseOf(other, at) === "open";
}

/** @param {VoterState} state @param {number} now device time in ms */
export function canVote(state, now) {
  if (!state.cookies || !state.poll || phaseOf(state.poll, serverNow(state, now)) !== "open") return false;
  return !voteIn(state).attempt;
}

/** @type {Handlers<VoterState, VoterAction>} */
const HANDLERS = {
  time_synced: (state, answer) => ({ ...state, offset: betterOffset(state.offset, answer) }),
  unknown_poll: (state) => ({ ...state, load: "unknown" }),
  load_failed: (state, { reason }) => (state.load === "ready" ? state : { ...state, load: "trouble", trouble: reason }),
  live: (state, { mode }) => ({ ...state, live: mode }),
  audience: (state, { audience }) => ({ ...state, audience }),

  poll(state, { poll, now }) {
    const shown = state.poll;
    if (!poll) return { ...state, load: "ready", next: null }; // the shown poll stays, with its result
    if (shown?.poll_id === poll.poll_id) {
      return { ...state, load: "ready", poll: poll.revision >= shown.revision ? poll : shown };
    }
    if (state.previousPollIds.includes(poll.poll_id)) return state;
    return goOn({ ...state, load: "ready", next: poll }, now);
  },

  poll_beside: (state, { poll }) => ({ ...state, other: poll }),

  /** The turn of the next poll may have come. */
  tick: (state, { now }) => (state.next ? goOn(state, now) : state),

  /** A next poll is a draft again, or deleted. */
  poll_removed: (state, { poll_id }) => (state.next?.poll_id === poll_id ? { ...state, next: null } : state),

  remembered: (state, { poll_id, mine }) => withVote(state, poll_id, (vote) => ({ ...vote, mine: vote.mine ?? mine })),

  /** A code was typed, or came with the link. An answer about the code before is removed. */
  code: (state, { poll_id, code }) =>
    withVote({ ...state, codes: { ...state.codes, [poll_id]: code } }, poll_id, (vote) => ({
      ...vote,
      answer: CODE_ANSWERS.includes(vote.answer?.kind) ? null : vote.answer,
    })),

  /** Another voter uses this device, with a code of their own. */
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
    const { poll } = state;
    if (poll_id !== poll?.poll_id) return { ...next, elsewhere: answer };
    return answer.kind === "closed" ? { ...next, poll: { ...poll, status: "closed" } } : next;
  },

  message(state, { message }) {
    if (!state.poll || message.poll_id !== state.poll.poll_id) return state;
    const next = withStatus(state, state.poll, message);
    if (message.type === "results_hidden" && !state.results) {
      return { ...next, hidden: message.result_visibility, turnout: newerTurnout(state.turnout, message) };
    }
    if (!message.counts || !isNewer(state.results, message)) return next;
    return { ...next, results: message, hidden: null };
  },

  hidden: (state, { poll_id }) =>
    state.poll?.poll_id !== poll_id || state.results ? state : { ...state, hidden: state.poll.result_visibility },
};

/** @param {VoterState} state @param {number} now device time in ms @returns {VoterState} */
function goOn(state, now) {
  const { poll: shown, next } = state;
  if (!next || !isTurnOf(next, shown, serverNow(state, now))) return state;
  const previousPollIds = shown ? [...state.previousPollIds, shown.poll_id] : state.previousPollIds;
  /** @type {VoterState["elsewhere"]} */
  const elsewhere = shown ? { kind: "switched" } : state.elsewhere;
  const fresh = { results: null, hidden: null, turnout: null, status_version: 0 };
  return { ...state, ...fresh, poll: next, next: null, previousPollIds, elsewhere };
}

/** @param {VoterState["turnout"]} shown @param {HiddenUpdate} message */
function newerTurnout(shown, { total, version, show_turnout }) {
  if (show_turnout === false) return null;
  return total === undefined || total === null || (shown && shown.version > version) ? shown : { total, version };
}

/** @param {VoterState} state @param {string} pollId @param {(vote: Vote) => Vote} change @returns {VoterState} */
function withVote(state, pollId, change) {
  return { ...state, votes: { ...state.votes, [pollId]: change(voteIn(state, pollId)) } };
}

/**
 * Apply the status of a message. Of equal versions the later message wins; an older version is ignored.
 * @param {VoterState} state
 * @param {PublicPoll} shown
 * @param {PollUpdate} message
 * @returns {VoterState}
 */
function withStatus(state, shown, message) {
  if (message.version < state.status_version) return state;
  return { ...state, status_version: message.version, poll: pollAfter(shown, message) };
}

/** Return the state after an action. @param {VoterState} state @param {VoterAction} action */
export const reduce = (state, action) => reduceBy(HANDLERS, state, action);
