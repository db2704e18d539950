import { describe, expect, test } from "bun:test";
import { rateText, votesOverTime, votesPerSecond, withMessage } from "../../site/logic/vote-rate.js";
import { OPENED_AT } from "./polls.js";

const SEEN = [
  { at: 0, a: 0, b: 0 },
  { at: 4_000, a: 10, b: 10 },
  { at: 12_000, a: 30, b: 30 },
];

describe("the vote rate", () => {
  test.each([
    [12_000, 6],
    [14_000, 4],
    [22_001, 0],
  ])("at %p ms is the average of the last ten seconds: %p", (now, pace) => {
    expect(votesPerSecond(SEEN, now)).toBeCloseTo(pace);
  });

  test("is null without data", () => {
    expect(votesPerSecond([], 0)).toBe(null);
    expect(rateText(null)).toBe("\u2013");
  });

  test.each([
    [0, "0"],
    [0.42, "0.4"],
    [9.96, "10"],
    [12.4, "12"],
  ])("of %p is formatted as %p", (pace, text) => {
    expect(rateText(pace)).toBe(text);
  });
});

describe("votes over time", () => {
  test("continue with messages after the series, without late ones", () => {
    const points = [{ at: "2026-05-04T18:00:10.000Z", a: 1, b: 0 }];
    const seen = [
      { at: OPENED_AT + 5_000, a: 1, b: 0 },
      { at: OPENED_AT + 12_000, a: 2, b: 1 },
    ];
    const start = OPENED_AT / 1000;
    const columns = votesOverTime(points, seen, "2026-05-04T18:00:00.000Z");
    expect(columns).toEqual([
      [start, start + 10, start + 12],
      [0, 1, 2],
      [0, 0, 1],
    ]);
  });

  test("begin at the opening, though a scheduled poll has points from before", () => {
    const points = [
      { at: "2026-05-04T17:50:00.000Z", a: 0, b: 0 },
      { at: "2026-05-04T18:00:10.000Z", a: 1, b: 0 },
    ];
    const start = OPENED_AT / 1000;
    expect(votesOverTime(points, [], "2026-05-04T18:00:00.000Z")[0]).toEqual([start, start + 10]);
  });

  test("store the newest messages, up to a limit", () => {
    const seen = Array.from({ length: 600 }, (_, n) => ({ at: n, a: n, b: 0 }));
    const kept = withMessage(seen, { counts: { a: 700, b: 0 }, updated_at: "2026-05-04T18:00:00.000Z" });
    expect(kept.length).toBeLessThan(600);
    expect(kept.at(-1).a).toBe(700);
  });

  test("ignore messages without counts or time, and late ones", () => {
    const seen = [{ at: OPENED_AT, a: 1, b: 0 }];
    for (const late of [
      { updated_at: "2026-05-04T19:00:00Z" },
      { counts: { a: 2, b: 0 } },
      { counts: { a: 2, b: 0 }, updated_at: "2026-05-04T18:00:00Z" },
    ]) {
      expect(withMessage(seen, late)).toBe(seen);
    }
  });
});
