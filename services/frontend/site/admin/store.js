// The one store of the dashboard: its state, its actions, and the functions of the page that panels need.
import { coalesced } from "../animated-number.js";
import { Failure } from "../api.js";
import { initialState, reduce, selectedPoll, serverNow } from "../logic/admin.js";
import { now } from "../now.js";

/** @import { Poll } from "contracts" */
/** @import { AdminAction, AdminState, Panels } from "page-state" */

let state = initialState;
let draw = () => {};
let wakeLive = () => {};

/** @returns {AdminState} */
export const read = () => state;
/** Return the server time in ms. */
export const serverTime = () => serverNow(state, now());
/** Return the selected poll, if there is one. @returns {Poll|null} */
export const selected = () => selectedPoll(state);

/** Set the functions that draw the page and that make the live connection ping. @param {() => void} drawPage */
export function onChange(drawPage) {
  draw = drawPage;
}

/** @param {() => void} ping */
export function onWake(ping) {
  wakeLive = ping;
}

/** Draw the page again. */
export const redraw = () => draw();

/** Make the live connection ping at once. */
export const wake = () => wakeLive();

/** Change the state, and draw the page. @param {AdminAction} action */
export function dispatch(action) {
  state = reduce(state, action);
  draw();
}

const drawSoon = coalesced(() => draw());

/** Change the state by a message: messages may come faster than frames, and are drawn once a frame. @param {AdminAction} action */
export function dispatchMessage(action) {
  state = reduce(state, action);
  drawSoon();
}

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
 * @param {string} about
 * @param {() => unknown} work
 */
export async function attempt(name, about, work) {
  dispatch({ type: "busy", name, on: true });
  try {
    await work();
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    dispatch({ type: "refused", status: failure.status, problem: failure.problem, about });
  } finally {
    dispatch({ type: "busy", name, on: false });
  }
}

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

/** Save a file. @param {Blob} file @param {string} name */
export function saveFile(file, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}
