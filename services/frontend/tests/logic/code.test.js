import { expect, test } from "bun:test";
import codes from "../../../../tests/corpus/codes.json";
import links from "../../../../tests/corpus/links.json";
import pasted from "../../../../tests/corpus/pasted-codes.json";
import { codeFoundIn, flawIn, linkFor, plain, readLink, shownAddress } from "../../site/logic/code.js";

const CODE = "3F7K2-9QXWM-4TZ0B-HN6RC-DV1GE";

test.each(codes.map(({ why, typed, plain: read }) => [why, typed, read]))(
  "a code with %s is read as the API reads it",
  (_, typed, read) => {
    expect(plain(typed)).toBe(read);
  },
);

test.each(pasted.map(({ pasted: text, found }) => [text, found]))(
  "in the pasted text %p the code %p is found",
  (text, found) => {
    expect(codeFoundIn(text)).toBe(found);
  },
);

test("a very long text is searched quickly", () => {
  const long = "3F7K2 ".repeat(100_000);
  expect(codeFoundIn(long)).toBe("3F7K2 3F7K2 3F7K2 3F7K2 3F7K2");
});

test.each(links.map(({ why, link, poll, code }) => [why, link, poll, code]))(
  "a link with %s is read: %p",
  (_, link, poll, code) => {
    expect(readLink(new URL(link, "https://vote.example"))).toMatchObject({ poll, code });
  },
);

test.each([
  ["", "no_code"],
  [" - ", "no_code"],
  ["3F7K2", "short_code"],
  ["x".repeat(26), "short_code"],
  [CODE, null],
])("the error in the code %p is %p", (text, flaw) => {
  expect(flawIn(text)).toBe(flaw);
});

test("a link contains the code in its fragment", () => {
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
])("the address %p%p contains the poll %p, and only its fragment the code %p", (search, hash, poll, code) => {
  expect(readLink({ search, hash })).toMatchObject({ poll, code });
});

test.each([
  ["p1", "?poll=p1&choice=a&lang=de&utm=x", "/?poll=p1&lang=de&choice=a"],
  [null, "", "/"],
])("the address shown for %p and %p is %p, without a code", (poll, search, address) => {
  expect(shownAddress(poll, { search })).toBe(address);
});
