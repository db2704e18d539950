// What comes over the live connection. No I/O, no clock, no DOM.

const TYPES = ["pong", "results", "results_hidden", "poll_opened", "poll_closed", "viewers"];

/**
 * What a message is: a frame of ours; a `failure`, such as API Gateway's own `{"message": "Internal server error"}` or our
 * service's word that it did not understand; or `unknown`, a type of a later release. Neither of those is a sign of life.
 * @param {unknown} data
 * @returns {{kind: "frame", frame: {type: string}}|{kind: "failure"|"unknown"}}
 */
export function messageIn(data) {
  let frame = null;
  try {
    frame = JSON.parse(data);
  } catch {
    // no message of ours is anything but JSON
  }
  if (typeof frame?.type !== "string" || frame.type === "error") return { kind: "failure" };
  return TYPES.includes(frame.type) ? { kind: "frame", frame } : { kind: "unknown" };
}
