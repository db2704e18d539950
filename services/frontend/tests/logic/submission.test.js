import { expect, test } from "bun:test";
import { submissionOf } from "../../site/logic/submission.js";

test("an unanswered submission is sent again with its own key", () => {
  const first = submissionOf(null, "tea or coffee", "key-1");
  expect(submissionOf(first, "tea or coffee", "key-2")).toEqual({ asked: "tea or coffee", key: "key-1" });
});

test("another submission gets another key", () => {
  const first = submissionOf(null, "tea or coffee", "key-1");
  expect(submissionOf(first, "tea or milk", "key-2")).toEqual({ asked: "tea or milk", key: "key-2" });
});
