// The one store of the presenter: its state, changed by actions, and drawn at most once in a frame.
import { coalesced } from "../animated-number.js";
import { phaseOf } from "../logic/clock.js";
import { initialState, reduce, serverNow } from "../logic/present.js";
import { now } from "../now.js";

/** @import { Alert, PresenterAction, PresenterState } from "page-state" */

let state = initialState;
let draw = () => {};
/** Set the function that draws the state, once the language is known. @param {() => void} drawing */
export const drawWith = (drawing) => {
  draw = drawing;
};

export const drawNow = () => draw();
export const drawSoon = coalesced(drawNow);
export const at = () => serverNow(state, now());
export const look = () => state;
export const phase = () => (state.poll ? phaseOf(state.poll, at()) : "none");

/** @param {PresenterAction} action */
export function dispatch(action) {
  state = reduce(state, action);
  drawSoon();
}

/** Change other parts of the screen than the poll. @param {Partial<PresenterState>} values */
export const set = (values) => dispatch({ type: "set", values });
/** @param {Alert|null} alert */
export const warn = (alert) => set({ alert });
/** Announce a text to screen readers. @param {string} said */
export const say = (said) => set({ said });
