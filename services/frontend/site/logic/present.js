// What the presenter's screen knows, and how each thing that happens changes it. No I/O, no clock, no DOM.
import { asCountdown, betterOffset, phaseOf, secondsUntil } from "./clock.js";
import { moment } from "./i18n.js";
import { wordsOf } from "./refusals.js";
import { isNewer, leader } from "./results.js";

const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;
const LAST_SECONDS = 10; // the end of a vote, counted down large

export const initialState = Object.freeze({
  session: "loading", // loading | out | in | expired | roleless
  poll: null,
  left: [], // polls shown before: a late answer must not bring one back
  results: null,
  total: null, // voters, where that is told without the counts
  viewers: null,
  status_version: 0,
  decided: null, // "shown" | "hidden": what the presenter chose for this poll
  live: "connecting",
  offset: null,
  alert: null,
  trouble: null, // why no poll is shown: {title, detail, unknown}
});

export function reduce(state, action) {
  const handle = HANDLERS[action.type];
  if (!handle) throw new Error(`unknown action ${action.type}`);
  return handle(state, action);
}

export const serverNow = (state, now) => now + (state.offset ?? 0);

/** May everybody see the counts by the poll's own rule? */
export function isPublic(poll, phase) {
  if (poll.result_visibility === "always") return true;
  return poll.result_visibility !== "never" && phase === "closed";
}

/** Do the counts stand on the wall? What the poll hides from the public is shown by a deliberate act alone. */
export function countsShown({ poll, results, decided }, at) {
  if (!results) return false;
  return decided ? decided === "shown" : isPublic(poll, phaseOf(poll, at));
}

/** How many have voted, if that may stand on the wall; else null. */
export function votersShown(state, at) {
  const { poll, results, total } = state;
  if (!poll || phaseOf(poll, at) === "soon") return null;
  const allowed = countsShown(state, at) || isPublic(poll, phaseOf(poll, at)) || poll.show_turnout === true;
  return allowed ? (results?.total ?? total) : null;
}

/** The option with most votes once the result is final and shown; "tie", "nobody" or null before. */
export function outcome(state, at) {
  const final = state.results?.status === "closed" && countsShown(state, at);
  return final ? leader(state.results.counts) : null;
}

/**
 * Is another poll, or a frame about one, a reason to show that one? One that opens in an hour is, on an empty wall; it
 * does not take a result away.
 */
export function isNext(state, { poll_id, status, opens_at }, at) {
  if (!poll_id || poll_id === state.poll?.poll_id || state.left.includes(poll_id) || status !== "open") return false;
  return !state.poll || (secondsUntil(opens_at, at) ?? 0) <= MINUTE_SECONDS;
}

/**
 * The line under the bars.
 * @returns {{text: string, urgent: boolean}}
 */
export function turnOf(state, at) {
  const { poll, results } = state;
  const phase = phaseOf(poll, at);
  const say = (text, urgent = false) => ({ text, urgent });
  if (phase === "draft") return say("Not open yet");
  if (phase === "soon") {
    const left = secondsUntil(poll.opens_at, at);
    return left < HOUR_SECONDS
      ? say(`Opens in ${asCountdown(left)}`, left <= LAST_SECONDS)
      : say(`Opens ${moment(poll.opens_at, at)}`);
  }
  if (phase === "open") {
    const left = secondsUntil(poll.closes_at, at);
    if (left === null) return say("Voting is open");
    return left < HOUR_SECONDS
      ? say(`Closes in ${asCountdown(left)}`, left <= LAST_SECONDS)
      : say(`Closes ${moment(poll.closes_at, at)}`);
  }
  if (!countsShown(state, at)) return say("Voting has closed");
  if (results.status !== "closed") return say("Counting the last votes…");
  return say({ tie: "Final result: a tie", nobody: "Closed without votes" }[leader(results.counts)] ?? "Final result");
}

/**
 * Why the wall is empty, after an answer that brought no poll.
 * @returns {{title: string, detail: string, unknown: boolean}} `unknown`: there is no poll behind this address
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

const HANDLERS = {
  trouble: (state, { status, problem }) => ({ ...state, trouble: emptyPresenter(status, problem) }),
  looked: (state) => (state.trouble ? { ...state, trouble: null } : state),
  session: (state, { session }) => ({ ...state, session }),
  told_time: (state, answer) => ({ ...state, offset: betterOffset(state.offset, answer) }),
  live: (state, { mode }) => ({ ...state, live: mode }),
  alert: (state, { alert }) => ({ ...state, alert }),
  decide: (state, { decided }) => ({ ...state, decided }),

  poll(state, { poll }) {
    const shown = state.poll;
    if (!poll || state.left.includes(poll.poll_id)) return state; // a poll that is shown stays, with its result
    if (shown?.poll_id === poll.poll_id)
      return poll.revision >= shown.revision ? { ...state, poll: { ...shown, ...poll } } : state;
    const left = shown ? [...state.left, shown.poll_id] : state.left;
    return { ...state, poll, left, results: null, total: null, status_version: 0, decided: null };
  },

  frame(state, { frame }) {
    const viewers = Number.isInteger(frame.viewers) ? frame.viewers : state.viewers;
    if (!state.poll || frame.poll_id !== state.poll.poll_id) return { ...state, viewers };
    if (frame.version < state.status_version) return { ...state, viewers };
    const poll = {
      ...state.poll,
      status: frame.status,
      opens_at: frame.opens_at ?? state.poll.opens_at,
      closes_at: frame.closes_at ?? state.poll.closes_at,
    };
    const next = { ...state, poll, viewers, status_version: frame.version, total: frame.total ?? state.total };
    return frame.counts && isNewer(state.results, frame) ? { ...next, results: frame } : next;
  },
};
