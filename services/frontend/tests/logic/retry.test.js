import { expect, test } from "bun:test";
import { backoff, meaningOf, reasonFor, reconnectSpread } from "../../site/logic/retry.js";

test.each([
  [201, "", "recorded"],
  [200, "", "again"],
  [409, "already-voted", "other"],
  [409, "not-open-yet", "wait"],
  [401, "voter-token-expired", "voter_token"],
  [401, "", "voter_token"],
  [403, "invalid-voter-token", "voter_token"],
  [403, "invalid-code", "invalid_code"],
  [403, "proof-needed", "proof"],
  [403, "cross-origin-forbidden", "refused"],
  [403, "", "refused"],
  [404, "unknown-poll", "unknown"],
  [410, "closed", "closed"],
  [413, "too-large", "refused"],
  [415, "not-json", "refused"],
  [422, "validation-failed", "refused"],
  [0, "", "retry"],
  [408, "", "retry"],
  [425, "", "retry"],
  [429, "", "retry"],
  [500, "internal", "retry"],
  [502, "", "retry"],
  [503, "not-confirmed", "retry"],
  [504, "", "retry"],
])("the answer %p %p to a vote means %p", (status, problem, meaning) => {
  expect(meaningOf(status, problem)).toBe(meaning);
});

test("the delay grows, is spread and has a maximum", () => {
  const attempts = [1, 2, 3, 4, 5, 6, 7, 8];
  const least = attempts.map((attempt) => backoff(attempt, null, 0));
  const most = attempts.map((attempt) => backoff(attempt, null, 0.999999));
  expect(least).toEqual(least.toSorted((one, other) => one - other));
  expect(most[0]).toBeLessThanOrEqual(600);
  expect(most.at(-1)).toBeLessThanOrEqual(15_000);
  for (const [place, low] of least.entries()) expect(low * 1.9).toBeLessThan(most[place]);
});

test("the pages of a large audience reconnect one after the other, and a single page at once", () => {
  expect([null, 0, 3].map((audience) => reconnectSpread(audience, 0.999999))).toEqual([0, 0, 7]);
  expect([0, 0.5, 0.999999].map((random) => reconnectSpread(20_000, random))).toEqual([0, 25_000, 50_000]);
});

test("a retry respects the server's delay, with jitter", () => {
  expect(backoff(1, 5, 0)).toBe(5_000);
  expect(backoff(1, 5, 0.5)).toBe(5_500);
});

test("the retries of many devices are spread over a minute after a long delay", () => {
  expect([0, 0.5, 0.999999].map((random) => backoff(1, 300, random))).toEqual([300_000, 330_000, 360_000]);
});

test.each([
  [429, true, "crowded"],
  [503, true, "busy"],
  [0, true, "unreachable"],
  [0, false, "offline"],
])("the reason for a retry after %p, online %p, is %p", (status, online, reason) => {
  expect(reasonFor(status, online)).toBe(reason);
});
