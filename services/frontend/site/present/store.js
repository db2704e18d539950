// The one store of the presenter, drawn at most once in a frame.
import { phaseOf, serverNow } from "../logic/clock.js";
import { initialState, reduce } from "../logic/present.js";
import { now } from "../now.js";
import { createStore } from "../organisers/store.js";

/** @import { Alert, PresenterState } from "page-state" */

export const { read, draw, drawSoon, drawWith, dispatchSoon: dispatch } = createStore(initialState, reduce);

/** Return the server time in ms. */
export const at = () => serverNow(read(), now());

export function phase() {
  const { poll } = read();
  return poll ? phaseOf(poll, at()) : "none";
}

/** Change other parts of the screen than the poll. @param {Partial<PresenterState>} values */
export const set = (values) => dispatch({ type: "set", values });
/** @param {Alert|null} alert */
export const warn = (alert) => set({ alert });
/** Announce a text to screen readers. @param {string} said */
export const say = (said) => set({ said });
