// Messages of the live connection. No I/O, no clock, no DOM.
/** @import { Frame } from "pages" */

const TYPES = ["pong", "results", "results_hidden", "poll_opened", "poll_closed", "viewers"];

/**
 * Parse a message of the live connection: a frame; a `failure`, such as API Gateway's own `{"message": "Internal server
 * error"}` or an error frame of our service; or `unknown`, a type of a later release. Only a frame is a sign of life.
 * @param {unknown} data
 * @returns {{kind: "frame", frame: Frame}|{kind: "failure"|"unknown"}}
 */
export function messageIn(data) {
  let frame = null;
  try {
    frame = JSON.parse(String(data));
  } catch {
    // no frame: every one is JSON
  }
  if (typeof frame?.type !== "string" || frame.type === "error") return { kind: "failure" };
  return TYPES.includes(frame.type) ? { kind: "frame", frame } : { kind: "unknown" };
}
