// The state of the presenter and its reducer. No I/O, no clock, no DOM.
import { asCountdown, betterOffset, phaseOf, secondsUntil } from "./clock.js";
import { moment } from "./i18n.js";
import { pollAfter } from "./live-messages.js";
import { wordsOf } from "./organiser-refusals.js";
import { isNewer, leader } from "./results.js";
import { permissionsOf } from "./role.js";

/** @import { AnyPoll, Handlers, PartialProblem, Phase, PresenterAction, PresenterState, ResultsUpdate } from "page-state" */

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;
const LAST_SECONDS = 10; // the countdown is larger in these seconds

/** @type {Readonly<PresenterState>} */
export const initialState = Object.freeze({
  session: "loading",
  role: "none",
  poll: null,
  previousPollIds: [],
  results: null,
  total: null,
  audience: null,
  status_version: 0,
  decided: null,
  live: "connecting",
  offset: null,
  alert: null,
  trouble: null,
});

/**
 * Return the state after an action.
 * @param {PresenterState} state
 * @param {PresenterAction} action
 * @returns {PresenterState}
 */
export function reduce(state, action) {
  // A handler and its action are of one type, which TypeScript does not follow through the table.
  const handle = /** @type {(state: PresenterState, action: PresenterAction) => PresenterState} */ (
    HANDLERS[action.type]
  );
  if (!handle) throw new Error(`unknown action ${action.type}`);
  return handle(state, action);
}

/** @param {PresenterState} state @param {number} now device time in ms */
export const serverNow = (state, now) => now + (state.offset ?? 0);

/** Return whether the public may see the counts by the rule of the poll. @param {AnyPoll} poll @param {Phase} phase */
export function isPublic(poll, phase) {
  if (poll.result_visibility === "always") return true;
  return poll.result_visibility !== "never" && phase === "closed";
}

/**
 * Return whether the presenter shows the counts. Counts that the public may not see are shown only after a deliberate
 * action.
 * @param {PresenterState} state
 * @param {number} at server time in ms
 * @returns {state is PresenterState & {poll: AnyPoll, results: ResultsUpdate}}
 */
export function countsShown(state, at) {
  const { poll, results, decided } = state;
  if (!results || !poll) return false;
  return decided ? decided === "shown" : isPublic(poll, phaseOf(poll, at));
}

/**
 * Return the number of voters if it may be shown; otherwise null.
 * @param {PresenterState} state
 * @param {number} at server time in ms
 */
export function votersShown(state, at) {
  const { poll, results, total } = state;
  if (!poll || phaseOf(poll, at) === "soon") return null;
  const allowed = countsShown(state, at) || isPublic(poll, phaseOf(poll, at)) || poll.show_turnout === true;
  return allowed ? (results?.total ?? total) : null;
}

/**
 * Return the option with most votes once the result is final and shown; "tie", "nobody", or null before.
 * @param {PresenterState} state
 * @param {number} at server time in ms
 */
export function outcome(state, at) {
  return countsShown(state, at) && state.results.status === "closed" ? leader(state.results.counts) : null;
}

/**
 * Return whether to switch to another poll after its data or a message about it. A poll that opens in an hour is shown on
 * an empty presenter, and does not replace a result.
 * @param {PresenterState} state
 * @param {{poll_id?: string, status?: string, opens_at?: string|null}} other
 * @param {number} at server time in ms
 * @returns {boolean}
 */
export function isNext(state, { poll_id, status, opens_at }, at) {
  if (!poll_id || poll_id === state.poll?.poll_id || state.previousPollIds.includes(poll_id) || status !== "open")
    return false;
  return !state.poll || (secondsUntil(opens_at, at) ?? 0) <= MINUTE_SECONDS;
}

/**
 * Return the line under the bars.
 * @param {PresenterState} state
 * @param {number} at server time in ms
 * @returns {{text: string, urgent: boolean}}
 */
export function turnOf(state, at) {
  const { poll } = state;
  if (!poll) return { text: "", urgent: false };
  const phase = phaseOf(poll, at);
  /** @param {string} text */
  const say = (text, urgent = false) => ({ text, urgent });
  if (phase === "draft") return say("Not open yet");
  if (phase === "soon") {
    const left = secondsUntil(poll.opens_at, at) ?? 0;
    return left < HOUR_SECONDS
      ? say(`Opens in ${asCountdown(left)}`, left <= LAST_SECONDS)
      : say(`Opens ${moment(poll.opens_at ?? "", at)}`);
  }
  if (phase === "open") {
    const left = secondsUntil(poll.closes_at, at);
    if (left === null) return say("Voting is open");
    return left < HOUR_SECONDS
      ? say(`Closes in ${asCountdown(left)}`, left <= LAST_SECONDS)
      : say(`Closes ${moment(poll.closes_at ?? "", at)}`);
  }
  if (!countsShown(state, at)) return say("Voting has closed");
  if (state.results.status !== "closed") return say("Counting the last votes…");
  const ahead = leader(state.results.counts);
  if (ahead === "tie") return say("Final result: a tie");
  return say(ahead === "nobody" ? "Closed without votes" : "Final result");
}

/**
 * Return why the presenter is empty, after an answer without a poll.
 * @param {number} status
 * @param {PartialProblem} problem
 * @returns {{title: string, detail: string, unknown: boolean}} `unknown`: no poll has this address
 */
export function emptyPresenter(status, problem) {
  const retried = status === 0 || status === 429 || status >= 500;
  if (retried)
    return { title: "The poll cannot be reached", detail: "This screen keeps trying by itself.", unknown: false };
  const { title, detail, advice } = wordsOf(status, problem);
  if (status !== 404 && status !== 422) return { title, detail: detail || advice, unknown: false };
  return {
    title: "This poll is not there",
    detail: "It may not be open to everybody yet, and then it appears here by itself; or the link is incomplete.",
    unknown: true,
  };
}

/**
 * Return whether the organiser may close polls; the API decides.
 * @param {Pick<PresenterState, "session"|"role">} state
 */
export const mayClose = ({ session, role }) => session === "in" && permissionsOf(role).includes("polls.close");

/** @type {Handlers<PresenterState, PresenterAction>} */
const HANDLERS = {
  trouble: (state, { status, problem }) => ({ ...state, trouble: emptyPresenter(status, problem) }),
  trouble_cleared: (state) => (state.trouble ? { ...state, trouble: null } : state),
  session: (state, { session, role = state.role }) => ({ ...state, session, role }),
  time_synced: (state, answer) => ({ ...state, offset: betterOffset(state.offset, answer) }),
  live: (state, { mode }) => ({ ...state, live: mode }),
  alert: (state, { alert }) => ({ ...state, alert }),
  decide: (state, { decided }) => ({ ...state, decided }),

  poll(state, { poll }) {
    const shown = state.poll;
    if (!poll || state.previousPollIds.includes(poll.poll_id)) return state; // a poll that is shown stays, with its result
    if (shown?.poll_id === poll.poll_id)
      return poll.revision >= shown.revision ? { ...state, poll: { ...shown, ...poll } } : state;
    const previousPollIds = shown ? [...state.previousPollIds, shown.poll_id] : state.previousPollIds;
    return { ...state, poll, previousPollIds, results: null, total: null, status_version: 0, decided: null };
  },

  message(state, { message }) {
    const audience = typeof message.audience === "number" ? message.audience : state.audience;
    if (!state.poll || message.poll_id !== state.poll.poll_id) return { ...state, audience };
    if (message.version < state.status_version) return { ...state, audience };
    const next = {
      ...state,
      poll: pollAfter(state.poll, message),
      audience,
      status_version: message.version,
      total: message.total ?? state.total,
    };
    return message.counts && isNewer(state.results, message) ? { ...next, results: message } : next;
  },
};
