import { expect, test } from "bun:test";
import { isNewer, leader, percents, shares } from "../../site/logic/results.js";

test.each([
  [0, 0, 0, 0],
  [1, 0, 100, 0],
  [1, 1, 50, 50],
  [1, 2, 33, 67],
  [2, 1, 67, 33],
  [999, 1, 99, 1],
  [1, 999, 1, 99],
  [199, 1, 99, 1],
  [101, 100, 51, 49],
  [100, 101, 49, 51],
  [1_000_001, 1_000_000, 51, 49],
])("percents of %p to %p add up to 100 and never hide a vote", (a, b, ofA, ofB) => {
  expect(percents({ a, b })).toEqual({ a: ofA, b: ofB });
});

test.each([
  [0, 0, "none"],
  [1, 1, "tie"],
  [2, 1, "a"],
  [1, 2, "b"],
])("the leader of %p to %p is %p", (a, b, name) => {
  expect(leader({ a, b })).toBe(name);
});

test("shares are exact and zero without votes", () => {
  expect(shares({ a: 1, b: 2 })).toEqual({ a: 1 / 3, b: 2 / 3 });
  expect(shares({ a: 0, b: 0 })).toEqual({ a: 0, b: 0 });
});

test("a snapshot is newer by its version, or by another poll", () => {
  const shown = { poll_id: "p1", version: 5 };
  expect(isNewer(null, shown)).toBe(true);
  expect(isNewer(shown, { poll_id: "p1", version: 6 })).toBe(true);
  expect(isNewer(shown, { poll_id: "p1", version: 5 })).toBe(false);
  expect(isNewer(shown, { poll_id: "p2", version: 1 })).toBe(true);
});

test("percents of any counts add up to 100 and never contradict the counts", () => {
  const wrong = [];
  for (let a = 0; a <= 220; a += 1) {
    for (let b = a === 0 ? 1 : 0; b <= 220; b += 1) {
      const shown = percents({ a, b });
      const ordered = Math.sign(shown.a - shown.b) === Math.sign(a - b);
      if (shown.a + shown.b !== 100 || !ordered || shown.a > 0 !== a > 0 || shown.b > 0 !== b > 0)
        wrong.push({ a, b, shown });
    }
  }
  expect(wrong).toEqual([]);
});
