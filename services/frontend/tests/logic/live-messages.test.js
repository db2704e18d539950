import { expect, test } from "bun:test";
import messages from "../../../../tests/corpus/gateway-messages.json";
import { messageIn } from "../../site/logic/live-messages.js";

test.each(messages.map(({ why, data, kind }) => [why, data, kind]))(
  "a message with %s is no sign of life: %p",
  (_, data, kind) => {
    expect(messageIn(data)).toEqual({ kind });
  },
);

test.each(["pong", "results", "results_hidden", "poll_opened", "poll_closed", "audience"])(
  "a message of the type %p is a message",
  (type) => {
    expect(messageIn(JSON.stringify({ type }))).toEqual({ kind: "message", message: { type } });
  },
);
