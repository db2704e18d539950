// The geometry of the chart of votes over time.
import { describe, expect, test } from "bun:test";
import { countStep, steppedPath, ticks, timeStep } from "../../site/logic/chart.js";

describe("a time axis", () => {
  test.each([
    [10, 5, 5],
    [50, 6, 10],
    [3_600, 6, 900],
    [86_400, 8, 21_600],
    [10 * 86_400, 4, 3 * 86_400],
  ])("of %p seconds with at most %p ticks has one every %p seconds", (seconds, most, step) => {
    expect(timeStep(seconds, most)).toBe(step);
    expect(seconds / step).toBeLessThan(most);
  });
});

test.each([
  [1, 1],
  [7, 2],
  [134, 50],
  [1_050_000, 500_000],
])("an axis up to %p has a tick every %p", (highest, step) => {
  expect(countStep(highest, 5)).toBe(step);
});

test("ticks are the multiples of the step in the range", () => {
  expect(ticks(0, 4, 2)).toEqual([0, 2, 4]);
  expect(ticks(61, 185, 60)).toEqual([120, 180]);
  expect(ticks(61, 100, 60)).toEqual([]);
});

test("counts stay the same until the next one", () => {
  expect(steppedPath([0, 10, 30], [5, 4, 1])).toBe("M0 5H10V4H30V1");
});
