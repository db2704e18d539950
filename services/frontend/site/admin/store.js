// The one store of the dashboard, with the functions of the page that its panels need.
import { Failure } from "../api.js";
import { initialState, reduce, selectedPoll } from "../logic/admin.js";
import { serverNow } from "../logic/clock.js";
import { now } from "../now.js";
import { createStore } from "../organisers/store.js";

/** @import { Panels, Question } from "page-state" */

export const { read, draw, drawWith, dispatch, dispatchSoon } = createStore(initialState, reduce);

/** Return the server time in ms. */
export const serverTime = () => serverNow(read(), now());
/** Return the selected poll, if there is one. */
export const selected = () => selectedPoll(read());

/**
 * Change the values of a panel.
 * @template {keyof Panels} Name
 * @param {Name} panel
 * @param {Partial<Panels[Name]>} change
 */
export const update = (panel, change) => dispatch({ type: "panel", panel, change });

/**
 * Run one action of the organiser. A refusal is shown, and the typed text stays.
 * @param {string} name
 * @param {() => unknown} work
 * @param {(failure: Failure) => unknown} show a refusal that is not about the session
 */
export async function attempt(name, work, show = refusedAt()) {
  dispatch({ type: "busy", name, on: true });
  try {
    await work();
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (failure.status === 401) refusedAt()(failure);
    else show(failure);
  } finally {
    dispatch({ type: "busy", name, on: false });
  }
}

/** Return the function that shows a refusal at a place; by default above the page. @param {"form"|"step"} [place] */
export const refusedAt =
  (place) =>
  (/** @type {Failure} */ { status, problem }) =>
    dispatch({ type: "refused", status, problem, about: place });

/** Ask for a confirmation. @param {Question} asked */
export const confirm = (asked) => dispatch({ type: "dialog", dialog: { kind: "confirm", asked } });

/** Announce a text to screen readers. @param {string} text */
export const say = (text) => dispatch({ type: "said", text });

/** Move the focus to the element with an id. @param {string} id */
export const focusOn = (id) => document.getElementById(id)?.focus();

/** Move the focus to the first element that a selector matches. @param {string} selector */
export const focusWithin = (selector) => /** @type {HTMLElement|null} */ (document.querySelector(selector))?.focus();

/** Show a text below the actions, and announce it. @param {string} text */
export function notify(text) {
  dispatch({ type: "noticed", notice: { tone: "done", text } });
  say(text);
}
