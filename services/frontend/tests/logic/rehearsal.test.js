import { beforeAll, expect, test } from "bun:test";
import { questionOf, speak } from "../../site/logic/i18n.js";
import { initialState, reduce } from "../../site/logic/voter.js";
import { voterMessage } from "../../site/logic/voter-message.js";
import { folded, OPENED_AT, POLL } from "./polls.js";

beforeAll(() => speak("en", "en", {}));

/** @param {boolean|null} rehearsal */
const afterVote = (rehearsal) =>
  folded(
    reduce,
    initialState(POLL.poll_id),
    { type: "poll", poll: { ...POLL, rehearsal }, now: OPENED_AT },
    {
      type: "remembered",
      poll_id: POLL.poll_id,
      mine: { choice: "a", receipt: "7Q4M0X2V9C6K3T8H", recorded_at: POLL.opens_at, results_pass: "p" },
    },
  );

test("a vote of a rehearsal is answered with no receipt, and says that it does not count", () => {
  const { title, detail, receipt } = voterMessage(afterVote(true), OPENED_AT + 60_000);
  expect([title, detail, receipt]).toEqual(["Rehearsal: not counted", "", null]);
});

test.each([null, false])("a vote of a poll with rehearsal %p is recorded with its receipt", (rehearsal) => {
  const { title, receipt } = voterMessage(afterVote(rehearsal), OPENED_AT + 60_000);
  expect([title, receipt]).toEqual(["Your vote is recorded", "7Q4M0X2V9C6K3T8H"]);
});

test("the question of a rehearsal says so", () => {
  expect(questionOf({ question: "Tea or coffee?", rehearsal: true })).toBe("Rehearsal: Tea or coffee?");
  expect(questionOf({ question: "Tea or coffee?" })).toBe("Tea or coffee?");
});
