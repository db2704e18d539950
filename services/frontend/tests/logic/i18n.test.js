import { afterEach, describe, expect, test } from "bun:test";
import arabic from "../../site/locales/ar.json";
import { countdown, language, moment, percent, phrase, span, speak } from "../../site/logic/i18n.js";
import { chooseLanguage, directionOf } from "../../site/logic/language.js";
import { OPENED_AT } from "./polls.js";

afterEach(() => speak("en", "en", {}));

describe("a phrase", () => {
  test("takes the plural of its number", () => {
    expect([phrase("votes", { n: 1 }), phrase("votes", { n: 2000 })]).toEqual(["1 vote", "2,000 votes"]);
  });

  test("isolates its values from the text around them", () => {
    expect(phrase("final.title", { option: "Tea" })).toBe("Final result: Tea");
    expect(phrase("final.title", { option: "תה" })).toBe("Final result: \u2068תה\u2069");
    speak("ar", "ar", arabic);
    expect(phrase("final.title", { option: "Tea" })).toContain("\u2068Tea\u2069");
    expect(language()).toBe("ar");
  });

  test("falls back to English, and throws if English has none", () => {
    speak("de", "de", {});
    expect(phrase("tie.title")).toBe("Final result: a tie");
    expect(() => phrase("no.such")).toThrow("no phrase no.such");
  });
});

test("numbers have the format of the locale and plurals are those of the words", () => {
  speak("en", "de", {});
  expect(phrase("votes", { n: 2000 })).toBe("2.000 votes");
  speak("en", "ar-EG", {});
  expect(phrase("votes", { n: 1 })).toContain("vote");
  expect(phrase("votes", { n: 2 })).toContain("votes");
});

test("an invalid locale, as WebKit has in a POSIX environment, is that of the language", () => {
  for (const invalid of ["C", "", "en_US.UTF-8"]) {
    speak("en", invalid, {});
    expect(phrase("votes", { n: 2000 })).toBe("2,000 votes");
  }
});

test("numbers and times have the format of the language", () => {
  expect([percent(60), countdown(75), span(7), span(75)]).toEqual(["60%", "1:15", "7s", "1:15"]);
  expect(moment("2026-05-04T18:00:00Z", OPENED_AT)).toMatch(/^6:00/);
  expect(moment("2026-05-01T18:00:00Z", OPENED_AT)).toMatch(/^May 1, 2026/);
  speak("ar", "ar-EG", arabic);
  expect(countdown(75)).toBe("١:١٥");
});

test.each([
  [["de"], ["en-GB"], "de", "de"],
  [[null, "fr"], [], "fr", "fr"],
  [["xx"], ["de-AT", "en"], "de", "de-AT"],
  [["iw"], [], "he", "he"],
  [["DE_at"], ["de-CH"], "de", "de-CH"],
  [[], ["no locale!"], "en", "en"],
  [["constructor"], [], "en", "en"],
])("the languages %p and %p select %p with the locale %p", (wishes, preferred, spoken, locale) => {
  expect(chooseLanguage(wishes, preferred)).toEqual({ language: spoken, locale });
});

test("Hebrew and Arabic run from right to left", () => {
  expect(["he", "ar", "de"].map(directionOf)).toEqual(["rtl", "rtl", "ltr"]);
});
