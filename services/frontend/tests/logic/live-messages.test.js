import { expect, test } from "bun:test";
import messages from "../../../../tests/corpus/gateway-messages.json";
import { messageIn, pollAfter } from "../../site/logic/live-messages.js";

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

test("a message changes the settings that it has, and a null removes the presenter's language", () => {
  const poll = { status: "open", opens_at: "then", closes_at: null, show_turnout: false, presenter_language: "de" };
  const message = { status: "open", opens_at: "then", closes_at: null, total: 4 };
  expect(pollAfter(poll, message)).toEqual(poll);
  expect(pollAfter(poll, { ...message, presenter_language: "he", show_turnout: true })).toEqual({
    ...poll,
    presenter_language: "he",
    show_turnout: true,
  });
  expect(pollAfter(poll, { ...message, presenter_language: null }).presenter_language).toBe(null);
});
