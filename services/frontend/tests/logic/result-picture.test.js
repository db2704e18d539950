import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { speak } from "../../site/logic/i18n.js";
import { fileNameOf, resultLines } from "../../site/logic/result-picture.js";
import english from "../../site/present/locales/en.js";
import { POLL } from "./polls.js";

beforeAll(() => speak("en", "en", english));
afterAll(() => speak("en", "en", {}));

describe("texts of the picture of a result", () => {
  test("the winner, both options and the total are written out", () => {
    const { a, b } = POLL.options;
    const lines = resultLines(POLL, { counts: { a: 3, b: 1 }, total: 4 });
    expect(lines.headline).toBe(`${a.label} wins · 75%`);
    expect(lines.options.map(({ label, percent, votes }) => [label, percent, votes])).toEqual([
      [a.label, "75%", "3 votes"],
      [b.label, "25%", "1 vote"],
    ]);
    expect(lines.total).toBe("4 votes");
  });

  test.each([
    [{ a: 2, b: 2 }, "It’s a tie"],
    [{ a: 0, b: 0 }, "Closed without votes"],
  ])("a result without a winner %p is named %p", (counts, headline) => {
    expect(resultLines(POLL, { counts, total: counts.a + counts.b }).headline).toContain(headline);
  });
});

test.each([
  ["Tea or coffee?", "tea-or-coffee.png"],
  ["שלום עולם", "שלום-עולם.png"],
  ["../../etc", "etc.png"],
  ["???", "result.png"],
  ["a".repeat(90), `${"a".repeat(60)}.png`],
])("the picture of the question %p is named %p", (question, name) => {
  expect(fileNameOf(question, "png")).toBe(name);
});
