import { describe, expect, test } from "bun:test";
import * as admin from "../../site/logic/admin.js";
import { asCountdown, betterOffset, phaseOf, secondsUntil, timeOf } from "../../site/logic/clock.js";
import * as presenter from "../../site/logic/present.js";
import * as voter from "../../site/logic/voter.js";
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

describe("the offset of the server's clock", () => {
  const at = (ms) => new Date(OPENED_AT + ms).toISOString();
  const pong = (offset, server, sent, received) =>
    betterOffset(offset, { time: at(server), sent: OPENED_AT + sent, received: OPENED_AT + received });
  const cached = (offset, server, age, received) =>
    betterOffset(offset, { time: at(server), age, sent: OPENED_AT + received, received: OPENED_AT + received });

  test("starts at the minimum of an answer, so that no page opens a poll early", () => {
    expect(pong(null, 5_000, 0, 400)).toBe(4_600);
  });

  test("is unchanged by answers that agree with it, even slow ones", () => {
    expect(pong(4_900, 5_000, 0, 400)).toBe(4_900);
    expect(pong(4_900, 13_000, 0, 8_000)).toBe(5_000);
  });

  test("is raised by an answer after sleep, in which the page's clock stops", () => {
    expect(pong(0, 3_600_000, 1_000, 1_100)).toBe(3_598_900);
  });

  test("is lowered by an answer if it was too high", () => {
    const wrong = pong(null, 600_000, 0, 100);
    expect(pong(wrong, 10_000, 10_000, 10_200)).toBe(0);
  });

  test("is hardly lowered by a cached answer, which may be late", () => {
    expect(cached(-100, 0, 0, 2_000)).toBe(-100);
    expect(cached(-100, 0, 1, 2_000)).toBe(-100);
    expect(cached(60_000, 0, 1, 2_000)).toBe(2_000);
  });

  test("is unchanged by an answer without a time", () => {
    expect(betterOffset(-100, { time: "no time", sent: 0, received: 0 })).toBe(-100);
    expect(betterOffset(-100, timeOf({ body: null, age: 0, sent: 0, received: 0 }))).toBe(-100);
  });

  test.each([[voter], [presenter], [admin]])("is kept by each page", ({ reduce, initialState }) => {
    const state = typeof initialState === "function" ? initialState(null) : initialState;
    const answer = { body: { server_time: at(5_000) }, age: 0, sent: OPENED_AT, received: OPENED_AT };
    expect(reduce(state, timeOf(answer)).offset).toBe(5_000);
  });
});

test.each([
  [0, "0:00"],
  [7, "0:07"],
  [750, "12:30"],
  [3900, "1:05:00"],
])("a countdown of %p seconds reads %p", (seconds, text) => {
  expect(asCountdown(seconds)).toBe(text);
});

test("seconds are rounded up, end at zero, and are null without a time", () => {
  expect(secondsUntil("2026-05-04T18:00:01.001Z", OPENED_AT)).toBe(2);
  expect(secondsUntil("2026-05-04T17:00:00Z", OPENED_AT)).toBe(0);
  expect(secondsUntil(null, OPENED_AT)).toBe(null);
});
