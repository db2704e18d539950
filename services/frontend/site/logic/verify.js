// The state of the page that checks receipts, and its reducer. No I/O, no clock, no DOM.
import { pollFoundIn, readReceipt, receiptFoundIn } from "./receipt.js";
import { reduceBy } from "./reducer.js";

/** @import { CheckOutcome, Handlers, VerifyAction, VerifyState } from "page-state" */

/**
 * Return the state of a page at an address: `/verify?poll=…`, or with a receipt in the fragment, which no browser sends.
 * @param {{search: string, hash: string}} address
 * @returns {VerifyState}
 */
export function initialState({ search, hash }) {
  const [query, fragment] = [new URLSearchParams(search), new URLSearchParams(hash.slice(1))];
  const receipt = readReceipt(fragment.get("receipt") ?? "");
  return {
    poll: pollFoundIn(fragment.get("poll") ?? query.get("poll") ?? ""),
    text: "receipt" in receipt ? receipt.receipt : (fragment.get("receipt") ?? ""),
    check: 0,
    busy: false,
    outcome: null,
    certificate: null,
  };
}

/** @type {Handlers<VerifyState, VerifyAction>} */
const HANDLERS = {
  /** A text was typed, pasted or scanned; a link also names the poll. */
  typed(state, { text }) {
    const receipt = receiptFoundIn(text);
    const poll = pollFoundIn(text) ?? state.poll;
    const certificate = poll === state.poll ? state.certificate : null;
    return { ...stopped(state), text: receipt, poll, certificate, outcome: null };
  },

  everywhere: (state) => ({ ...stopped(state), poll: null, certificate: null }),

  started: (state, { quiet }) => ({
    ...state,
    check: state.check + 1,
    busy: !quiet,
    outcome: quiet ? state.outcome : null,
  }),

  /** The outcome of a check, unless another one has started since. */
  found(state, { check, outcome }) {
    if (check !== state.check) return state;
    const certificate = ("certificate" in outcome && outcome.certificate) || state.certificate;
    return { ...state, busy: false, outcome, certificate };
  },
};

/** @param {VerifyState} state @returns {VerifyState} */
const stopped = (state) => ({ ...state, check: state.check + 1, busy: false });

/** Whether the page looks for the log again by itself. @param {CheckOutcome|null} outcome */
export const isAwaited = (outcome) =>
  outcome?.kind === "unpublished" && outcome.poll.status === "closed" && outcome.poll.result_visibility !== "never";

/** Return the state after an action. @param {VerifyState} state @param {VerifyAction} action */
export const reduce = (state, action) => reduceBy(HANDLERS, state, action);
