import { describe, expect, test } from "bun:test";
import { asCountdown, betterOffset, phaseOf, secondsUntil } from "../../site/logic/clock.js";
import { OPENED_AT, POLL } from "./polls.js";

test.each([
  [{ status: "draft", opens_at: null }, 0, "draft"],
  [{}, -1, "soon"],
  [{}, 0, "open"],
  [{ closes_at: "2026-05-04T18:00:05Z" }, 4_999, "open"],
  [{ closes_at: "2026-05-04T18:00:05Z" }, 5_000, "closed"],
  [{ status: "closed" }, 0, "closed"],
])("the phase of a poll with %p is at %p ms %p", (changes, at, phase) => {
  expect(phaseOf({ ...POLL, ...changes }, OPENED_AT + at)).toBe(phase);
});

describe("the offset of the device's clock", () => {
  test("is the greatest seen, because cached answers are late", () => {
    const late = betterOffset(null, "2026-05-04T18:00:00Z", OPENED_AT + 2_000);
    const fresh = betterOffset(late, "2026-05-04T18:00:02Z", OPENED_AT + 2_100);
    expect([late, fresh]).toEqual([-2_000, -100]);
    expect(betterOffset(fresh, "2026-05-04T18:00:02Z", OPENED_AT + 4_000)).toBe(-100);
    expect(betterOffset(fresh, "no time", OPENED_AT)).toBe(-100);
  });
});

test.each([[0, "0:00"], [7, "0:07"], [750, "12:30"], [3900, "1:05:00"]])("a countdown of %p seconds reads %p", (seconds, text) => {
  expect(asCountdown(seconds)).toBe(text);
});

test("seconds are rounded up, end at zero, and are null without a time", () => {
  expect(secondsUntil("2026-05-04T18:00:01.001Z", OPENED_AT)).toBe(2);
  expect(secondsUntil("2026-05-04T17:00:00Z", OPENED_AT)).toBe(0);
  expect(secondsUntil(null, OPENED_AT)).toBe(null);
});
