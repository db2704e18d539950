import { expect, test } from "bun:test";
import { halfDone, openedText, putFirst, upNext } from "../../site/logic/up-next.js";
import { speakToOrganisers } from "./organisers.js";
import { POLL } from "./polls.js";

speakToOrganisers();

const draft = (poll_id) => ({ ...POLL, poll_id, status: "draft" });
const LIST = [draft("c"), { ...POLL, poll_id: "open" }, draft("b"), draft("a")];
const order = (stored) => upNext(LIST, stored).map(({ poll_id }) => poll_id);

test("drafts are up next from the oldest on", () => {
  expect(order(null)).toEqual(["a", "b", "c"]);
});

test("a draft that was put first is the next one, and the order of the others stays", () => {
  const stored = putFirst(putFirst(null, "b"), "c");
  expect(order(stored)).toEqual(["c", "b", "a"]);
  expect(order(putFirst(stored, "b"))).toEqual(["b", "c", "a"]);
});

test.each(["no JSON", "{}", '["gone"]'])("a stored order of %s changes nothing", (stored) => {
  expect(order(stored)).toEqual(["a", "b", "c"]);
});

test("the text names what happened, after one request or both", () => {
  const next = { ...draft("b"), question: "Tea?" };
  expect(openedText(null, next, 3)).toBe("“Tea?” opens in 3 seconds.");
  expect(openedText(POLL, next, 3)).toBe(`“${POLL.question}” closes and “Tea?” opens in 3 seconds.`);
  expect(halfDone(POLL, next)).toBe(`“${POLL.question}” closes, but “Tea?” was not opened.`);
});
