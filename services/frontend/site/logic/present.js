// The state of the presenter and its reducer. No I/O, no clock, no DOM.
import { betterOffset, phaseOf, secondsUntil } from "./clock.js";
import { countdown, moment, percent, phrase } from "./i18n.js";
import { pollAfter } from "./live-messages.js";
import { wordsOf } from "./organiser-refusals.js";
import { reduceBy } from "./reducer.js";
import { isNewer, leader, percents } from "./results.js";
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
  next: null,
  large: false,
  full: false,
  helping: false,
  asked: null,
  said: "",
});

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
 * Return the option with most votes once the result is final and shown; "tie", "none", or null before.
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
 * Return the headline of a final result that is shown: the winner with its share, or a tie; otherwise "".
 * @param {PresenterState} state
 * @param {number} at server time in ms
 */
export function headlineOf(state, at) {
  const best = outcome(state, at);
  if (best === "tie") return phrase("present.tie");
  if ((best !== "a" && best !== "b") || !state.poll || !state.results) return "";
  const share = percent(percents(state.results.counts)[best]);
  return phrase("present.wins", { option: state.poll.options[best].label, share });
}

/**
 * Return the line under the bars. `said`: without its countdown; `counting`: it is a countdown; `urgent`: in its last seconds.
 * @param {PresenterState} state
 * @param {number} at server time in ms
 * @returns {{text: string, said: string, counting: boolean, urgent: boolean}}
 */
export function turnOf(state, at) {
  const { poll } = state;
  /** @param {string} text */
  const say = (text) => ({ text, said: text, counting: false, urgent: false });
  /** @param {string|null|undefined} time @param {string} left_in @param {string} said */
  const until = (time, left_in, said) => {
    const left = secondsUntil(time, at) ?? 0;
    const text = phrase(left_in, { time: countdown(left) });
    return { text, said, counting: true, urgent: left <= LAST_SECONDS };
  };
  /** @param {string|null|undefined} time */
  const isNear = (time) => (secondsUntil(time, at) ?? 0) < HOUR_SECONDS;
  /** @param {string|null} time */
  const day = (time) => ({ time: moment(time ?? "", at) });
  if (!poll) return say("");
  const phase = phaseOf(poll, at);
  if (phase === "draft") return say(phrase("sending.wait_title"));
  if (phase === "soon")
    return isNear(poll.opens_at)
      ? until(poll.opens_at, "present.opens_in", phrase("soon.title"))
      : say(phrase("present.opens_at", day(poll.opens_at)));
  if (phase === "open" && !poll.closes_at) return say(phrase("present.open"));
  if (phase === "open")
    return isNear(poll.closes_at)
      ? until(poll.closes_at, "present.closes_in", phrase("present.open"))
      : say(phrase("present.closes_at", day(poll.closes_at)));
  if (!countsShown(state, at)) return say(phrase("closed.title"));
  if (state.results.status !== "closed") return say(phrase("closed.counting"));
  const ahead = leader(state.results.counts);
  if (ahead === "tie") return say(phrase("tie.title"));
  return say(phrase(ahead === "none" ? "empty.title" : "present.final"));
}

/**
 * Return why the presenter is empty, after an answer without a poll.
 * @param {number} status
 * @param {PartialProblem} problem
 * @returns {{title: string, detail: string, unknown: boolean}} `unknown`: no poll has this address
 */
export function emptyPresenter(status, problem) {
  const retried = status === 0 || status === 429 || status >= 500;
  if (retried) return { title: phrase("present.unreachable"), detail: phrase("present.retries"), unknown: false };
  const { title, detail, advice } = wordsOf(status, problem);
  if (status !== 404 && status !== 422) return { title, detail: detail || advice, unknown: false };
  return { title: phrase("present.unknown"), detail: phrase("present.unknown_detail"), unknown: true };
}

/**
 * Return whether the organiser has a permission; the API decides.
 * @param {Pick<PresenterState, "session"|"role">} state
 * @param {"polls.close"|"polls.edit"} permission
 */
export const may = ({ session, role }, permission) =>
  (session === "in" || (session === "presenting" && permission === "polls.close")) &&
  permissionsOf(role).includes(permission);

/** The alert after a key that needs a session or a role: its phrases. @type {Record<string, [string, string]>} */
const NO_CONTROL = {
  out: ["present.out", "present.out_detail"],
  expired: ["present.expired", "present.expired_detail"],
  roleless: ["present.roleless", "present.roleless_detail"],
};

/** Return an alert by its phrases. @param {string} title @param {string} detail */
export const alertOf = (title, detail) => ({ title: phrase(title), detail: phrase(detail) });

/** Return why the organiser cannot control the poll at all; null if they can. @param {Pick<PresenterState, "session">} state */
export const noControl = ({ session }) => (NO_CONTROL[session] ? alertOf(...NO_CONTROL[session]) : null);

/**
 * Return why the organiser does not have a permission.
 * @param {Pick<PresenterState, "session"|"role">} state
 * @param {"polls.close"|"polls.edit"} permission
 */
export const noPermission = (state, permission) =>
  noControl(state) ??
  (state.session === "presenting" && permissionsOf(state.role).includes(permission)
    ? alertOf("present.needs_sign_in", "present.needs_sign_in_detail")
    : alertOf("present.role", "present.role_detail"));

/** @type {Handlers<PresenterState, PresenterAction>} */
const HANDLERS = {
  trouble: (state, { status, problem }) => ({ ...state, trouble: emptyPresenter(status, problem) }),
  next: (state, { poll }) => ({ ...state, next: poll }),
  trouble_cleared: (state) => (state.trouble ? { ...state, trouble: null } : state),
  session: (state, { session, role = state.role }) => ({ ...state, session, role }),
  time_synced: (state, answer) => ({ ...state, offset: betterOffset(state.offset, answer) }),
  live: (state, { mode }) => ({ ...state, live: mode }),
  set: (state, { values }) => ({ ...state, ...values }),
  decide: (state, { decided }) => ({ ...state, decided }),

  poll(state, { poll }) {
    const shown = state.poll;
    if (!poll || state.previousPollIds.includes(poll.poll_id)) return state; // a poll that is shown stays, with its result
    if (shown?.poll_id === poll.poll_id)
      return poll.revision >= shown.revision ? { ...state, poll: { ...shown, ...poll } } : state;
    const previousPollIds = shown ? [...state.previousPollIds, shown.poll_id] : state.previousPollIds;
    return { ...state, poll, previousPollIds, results: null, total: null, status_version: 0, decided: null };
  },

  poll_removed: (state, { poll_id }) =>
    state.poll?.poll_id === poll_id
      ? { ...state, poll: null, results: null, total: null, status_version: 0, decided: null }
      : state,

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

/** Return the state after an action. @param {PresenterState} state @param {PresenterAction} action */
export const reduce = (state, action) => reduceBy(HANDLERS, state, action);
