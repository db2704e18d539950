import { expect, test } from "bun:test";
import { revealsNow, seenAt } from "../../site/logic/closing.js";

const CLOSES = Date.parse("2026-11-23T18:00:00Z");
const poll = (more = {}) => ({
  poll_id: "p1",
  status: "open",
  opens_at: "2026-11-23T17:00:00Z",
  closes_at: "2026-11-23T18:00:00Z",
  result_visibility: "after_close",
  ...more,
});
const before = seenAt(poll(), CLOSES - 1);

test("results that are hidden until the close are revealed at the close, with or without a message", () => {
  expect(revealsNow(before, poll(), CLOSES - 1)).toBe(false);
  expect(revealsNow(before, poll(), CLOSES)).toBe(true);
  expect(revealsNow(before, poll({ result_visibility: "after_vote" }), CLOSES)).toBe(true);
});

test("a close is detected once", () => {
  expect(revealsNow(seenAt(poll(), CLOSES), poll(), CLOSES + 250)).toBe(false);
});

test("results that were never hidden or stay hidden are not fetched", () => {
  expect(revealsNow(before, poll({ result_visibility: "always" }), CLOSES)).toBe(false);
  expect(revealsNow(before, poll({ result_visibility: "never" }), CLOSES)).toBe(false);
});

test("a poll that was closed when the page loaded does not close now", () => {
  expect(revealsNow(null, poll(), CLOSES)).toBe(false);
  expect(revealsNow({ poll_id: "another", phase: "open" }, poll(), CLOSES)).toBe(false);
});
