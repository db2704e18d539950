import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { speak } from "../../site/logic/i18n.js";
import { fileNameOf, linesIn, resultLines } from "../../site/logic/result-picture.js";
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

describe("lines of the picture of a result", () => {
  const box = { size: 40, width: 400, height: 100 };
  const measure = (text, size) => (text.length * size) / 2;

  test("a short text has one line in the largest font", () => {
    expect(linesIn("Tea or coffee?", box, measure)).toEqual({ size: 40, leading: 46, lines: ["Tea or coffee?"] });
  });

  test.each(["to be or not to be, that is the question of all questions in this hall tonight", "x".repeat(80)])(
    "the text %p has more lines and a smaller font, and is complete",
    (text) => {
      const { size, leading, lines } = linesIn(text, box, measure);
      expect(lines.length).toBeGreaterThan(1);
      expect(size).toBeLessThan(40);
      expect(lines.length * leading).toBeLessThanOrEqual(box.height);
      expect(Math.max(...lines.map((line) => measure(line, size)))).toBeLessThanOrEqual(box.width);
      expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
    },
  );

  test("a word that is too long is broken between characters, and not within one", () => {
    const family = "👩‍👩‍👧";
    expect(linesIn(family.repeat(9), box, (text) => text.length * 20).lines).toEqual(
      [2, 2, 2, 2, 1].map((count) => family.repeat(count)),
    );
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
