import { describe, expect, test } from "bun:test";
import corpus from "../../../../tests/corpus/receipts.json";
import { pollFoundIn, readReceipt, receiptFoundIn } from "../../site/logic/receipt.js";
import { linkToVerify } from "../../site/logic/receipt-link.js";

const POLL = "7vnm3h2k9q4w8r5t6y1x0c2b3d";
const RECEIPTS = corpus.valid.map(({ receipt }) => receipt);
const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ONE = "5NRH-CGNQ-4TR4-80A7";
const bare = ONE.replaceAll("-", "");

describe("a typed receipt", () => {
  test.each(RECEIPTS)("is accepted: %s", (receipt) => {
    expect(readReceipt(receipt)).toEqual({ receipt });
  });

  test.each([
    "5nrh-cgnq-4tr4-80a7",
    " 5NRH CGNQ 4TR4 80A7 ",
    "5NRHCGNQ4TR480A7",
    "5NRH\u2013CGNQ\u20134TR4\u20138OA7",
    "\u0665NRH-CGNQ-\u0664TR\u0664-\u0668\u0660A7",
    "５ＮＲＨ－ＣＧＮＱ－４ＴＲ４－８０Ａ７",
    "5NRH-CGNQ-4ТR4-80А7",
  ])("is read in any spelling: %p", (typed) => {
    expect(readReceipt(typed)).toEqual({ receipt: ONE });
  });

  test("has V for U, 1 for I and L, 0 for O", () => {
    expect(readReceipt("oooo-oooo-oooo-oi32")).toEqual({ receipt: "0000-0000-0000-0132" });
    expect(readReceipt("U".repeat(16))).toEqual(readReceipt("V".repeat(16)));
  });

  test.each([
    ["", "empty", 0],
    [" - ", "empty", 0],
    ["5NRH-CGNQ", "length", 8],
    [`${ONE}-1`, "length", 17],
    ["5NRH-CGNQ-4TR4-8ßßß", "symbol", 16],
  ])("is named as unusable: %p", (typed, flaw, count) => {
    expect(readReceipt(typed)).toEqual({ flaw, count, suggestion: null });
  });

  test.each(corpus.mistyped.map(({ why, typed, meant }) => [why, typed, meant]))(
    "with %s is found, and corrected where one correction is likely: %s",
    (_, typed, meant) => {
      const { flaw, suggestion } = readReceipt(typed);
      expect(flaw).toBe("check");
      if (meant) expect(suggestion).toBe(meant);
    },
  );

  test("with any one wrong symbol is found, and its correction is the receipt", () => {
    for (let place = 0; place < 16; place += 1) {
      for (const symbol of SYMBOLS.replace(bare[place], "")) {
        const typed = bare.slice(0, place) + symbol + bare.slice(place + 1);
        expect(readReceipt(typed)).toEqual({ flaw: "check", count: 16, suggestion: ONE });
      }
    }
  });

  test("with a symbol that no receipt has is completed", () => {
    expect(readReceipt(`${ONE.slice(0, -1)}ß`)).toEqual({ flaw: "symbol", count: 16, suggestion: ONE });
    expect(readReceipt(`${ONE.slice(0, -2)}0ß`)).toEqual({ flaw: "symbol", count: 16, suggestion: null });
  });

  test("with two exchanged neighbours is found, and corrected where only one pair fits", () => {
    for (let place = 0; place < 15; place += 1) {
      if (bare[place] === bare[place + 1]) continue;
      const typed = bare.slice(0, place) + bare[place + 1] + bare[place] + bare.slice(place + 2);
      const { flaw, suggestion } = readReceipt(typed);
      expect(flaw).toBe("check");
      expect([ONE, null]).toContain(suggestion);
    }
    expect(readReceipt("5NHR-CGNQ-4TR4-80A7").suggestion).toBe(ONE);
  });

  test("with two wrong symbols is found", () => {
    for (const symbol of SYMBOLS.replace(bare[9], "")) {
      const typed = `X${bare.slice(1, 9)}${symbol}${bare.slice(10)}`;
      expect(readReceipt(typed)).toMatchObject({ flaw: "check" });
      expect(readReceipt(typed).suggestion).not.toBe(ONE);
    }
  });
});

describe("a pasted text", () => {
  test.each([
    ["a link", `https://vote.example/verify#poll=${POLL}&receipt=${ONE}`],
    ["an escaped link", `https://vote.example/verify%23poll=${POLL}%26receipt=${ONE}`],
    ["a message", `My receipt is: ${ONE.toLowerCase()}. Keep it!`],
    ["a message with a per cent", `100 % sure: ${ONE}`],
    ["a receipt in pieces", "5N RH CG NQ 4T R4 80 A7"],
  ])("holds a receipt: %s", (_, text) => {
    expect(receiptFoundIn(text)).toBe(ONE);
  });

  test.each(["", "no receipt", "5NRH-CGNQ-4TR4-80A8"])("without a valid one stays as it is: %p", (text) => {
    expect(receiptFoundIn(text)).toBe(text);
  });

  test("of any length is searched quickly", () => {
    const long = "5NRH ".repeat(100_000);
    expect(receiptFoundIn(long)).toBe(long);
  });

  test("holds the poll of a link", () => {
    expect(pollFoundIn(`https://vote.example/p/${POLL.toUpperCase()}?lang=de`)).toBe(POLL);
    expect(pollFoundIn(linkToVerify(POLL, ONE))).toBe(POLL);
    expect(pollFoundIn("https://vote.example/p/short")).toBeNull();
  });
});
