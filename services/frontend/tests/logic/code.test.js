import { expect, test } from "bun:test";
import { flawIn, linkFor, plain, readLink, shownAddress } from "../../site/logic/code.js";

const CODE = "3F7K2-9QXWM-4TZ0B-HN6RC-DV1GE";

test.each([
  ["3F7K2-9QXWM", "3f7k29qxwm"],
  [" 3f7k2 9qxwm\u200b", "3f7k29qxwm"],
  ["OoIiLl", "001111"],
  ["\uff10\uff21\u2013b", "0ab"],
  ["", ""],
])("the code %p is read as %p", (text, read) => {
  expect(plain(text)).toBe(read);
});

test.each([
  ["", "no_code"],
  [" - ", "no_code"],
  ["3F7K2", "short_code"],
  ["x".repeat(26), "short_code"],
  [CODE, null],
])("the flaw in the code %p is %p", (text, flaw) => {
  expect(flawIn(text)).toBe(flaw);
});

test("a link carries the code where no server sees it", () => {
  const link = linkFor("https://vote.example", "p1", CODE);
  expect(link).toBe(`https://vote.example/#poll=p1&code=${CODE}`);
  expect(readLink({ search: "", hash: new URL(link).hash })).toEqual({ poll: "p1", code: CODE, choice: null });
});

test.each([
  ["", "", null, ""],
  ["?poll=p1", "", "p1", ""],
  ["?poll=p1", "#poll=p2&code=x", "p2", "x"],
  ["", "#code=x", null, "x"],
  ["?code=x", "", null, ""],
  ["", "#%", null, ""],
])("the address %p%p names the poll %p, and its fragment alone the code %p", (search, hash, poll, code) => {
  expect(readLink({ search, hash })).toMatchObject({ poll, code });
});

test.each([
  ["p1", "?poll=p1&choice=a&lang=de&utm=x", "/?poll=p1&lang=de&choice=a"],
  [null, "", "/"],
])("the address shown for %p and %p is %p, which nobody can vote with", (poll, search, address) => {
  expect(shownAddress(poll, { search })).toBe(address);
});
