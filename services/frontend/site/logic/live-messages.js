// Messages of the live connection. No I/O, no clock, no DOM.
/** @import { LiveMessage } from "pages" */

const TYPES = ["pong", "results", "results_hidden", "poll_opened", "poll_closed", "viewers"];

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
