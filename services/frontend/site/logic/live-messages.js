// Messages of the live connection. No I/O, no clock, no DOM.
/** @import { AnyPoll, LiveMessage, PollUpdate } from "page-state" */

const TYPES = ["pong", "results", "results_hidden", "poll_opened", "poll_closed", "audience"];

/**
 * Parse a text of the live connection: a `message`; a `failure`, such as API Gateway's own `{"message": "Internal server
 * error"}` or an error of our service; or `unknown`, a type of a later release. Only a `message` is a sign of life.
 * @param {unknown} data
 * @returns {{kind: "message", message: LiveMessage}|{kind: "failure"|"unknown"}}
 */
export function messageIn(data) {
  let message = null;
  try {
    message = JSON.parse(String(data));
  } catch {
    // not JSON, so not one of ours
  }
  if (typeof message?.type !== "string" || message.type === "error") return { kind: "failure" };
  return TYPES.includes(message.type) ? { kind: "message", message } : { kind: "unknown" };
}

/**
 * Return a poll after a message about it: its status, times and settings. A time that the message lacks stays.
 * @template {AnyPoll} Shown
 * @param {Shown} poll
 * @param {PollUpdate} message
 * @returns {Shown}
 */
export function pollAfter(poll, message) {
  /** @param {[string, unknown]} field */
  const isSetting = ([name, value]) => typeof value === "boolean" || name === "presenter_language";
  const settings = Object.entries(message).filter(isSetting);
  const { status, opens_at, closes_at } = message;
  const times = { opens_at: opens_at ?? poll.opens_at, closes_at: closes_at ?? poll.closes_at };
  return { ...poll, status, ...times, ...Object.fromEntries(settings) };
}
