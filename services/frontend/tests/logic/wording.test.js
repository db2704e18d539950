// The texts of the voter's page and of an embedded poll.
import { afterEach, describe, expect, test } from "bun:test";
import german from "../../site/locales/de.json";
import { embedTexts } from "../../site/logic/embed.js";
import { speak } from "../../site/logic/i18n.js";
import { strength } from "../../site/logic/policy-text.js";
import { beside, elsewhere, liveWords, summary, total } from "../../site/logic/status-text.js";
import { initialState, reduce } from "../../site/logic/voter.js";
import { voterMessage } from "../../site/logic/voter-message.js";
import { folded, MINE, message, OPENED_AT, POLL } from "./polls.js";

const page = (changes = {}, ...actions) =>
  folded(reduce, initialState("p1", "b"), { type: "poll", poll: { ...POLL, ...changes }, now: OPENED_AT }, ...actions);
const answered = (kind, more = {}) => ({ type: "answered", poll_id: "p1", answer: { kind, ...more }, mine: null });
const voted = (kind = "recorded") => ({ type: "answered", poll_id: "p1", answer: { kind }, mine: MINE });
const choose = { type: "choose", poll_id: "p1", choice: "a" };
const postponed = (reason, again_at = null) => ({ type: "postponed", poll_id: "p1", reason, again_at });
const said = (state, seconds = 60) => voterMessage(state, OPENED_AT + seconds * 1000);
const over = (a, b, status = "closed") => [
  message(7, a, b, { status }),
  { type: "poll", poll: { ...POLL, revision: 3, status: "closed" }, now: OPENED_AT },
];

afterEach(() => speak("en", "en", {}));

describe("the message to the voter", () => {
  test.each([
    ["nothing without a poll", initialState(null), "calm", "", ""],
    ["how to vote and what a link has marked", page(), "calm", "One tap casts your vote", "“Coffee” on another page"],
    ["that a code comes first", page({ policy: "code" }), "calm", "Type your code, then tap", "One vote per code"],
    [
      "how to vote with a code in the field",
      page({ policy: "code" }, { type: "code", poll_id: "p1", code: "X" }),
      "calm",
      "One tap casts your vote",
      "",
    ],
    ["that a vote is recorded", page({}, voted()), "good", "Your vote is recorded", "“Tea” at"],
    ["that a vote was recorded before", page({}, voted("again")), "good", "Already recorded, once", "It counts once."],
    ["that the first vote stands", page({}, answered("other")), "firm", "You have already voted", "cannot be changed"],
    [
      "which vote stands",
      page({}, { type: "remembered", poll_id: "p1", mine: MINE }, answered("other")),
      "firm",
      "You have already voted",
      "you chose “Tea” at",
    ],
    [
      "that a network has voted",
      page({ policy: "network" }, answered("other")),
      "firm",
      "Someone on your network has already voted",
      "share one vote",
    ],
    ["that it is too late", page({}, answered("closed")), "trouble", "Too late, voting had closed", "not counted"],
    ["that the poll is gone", page({}, answered("unknown")), "trouble", "This poll is gone", "Nothing was recorded."],
    ["that a code is missing", page({ policy: "code" }, answered("no_code")), "trouble", "Enter your code first", ""],
    [
      "how much of a code is missing",
      page({ policy: "code" }, { type: "code", poll_id: "p1", code: "3F7K2" }, answered("short_code")),
      "trouble",
      "Incomplete code",
      "25 letters and digits; this has 5",
    ],
    [
      "that a code is not valid",
      page({ policy: "code" }, answered("invalid_code")),
      "trouble",
      "This code is not valid here, or has been used",
      "",
    ],
    [
      "why a vote was refused, with what the API knows more",
      page({}, answered("refused", { title: "No", detail: "Because" })),
      "trouble",
      "The vote was not accepted",
      "Because",
    ],
    [
      "why a vote was refused, without them",
      page({}, answered("refused", { slug: "cross-origin-forbidden" })),
      "trouble",
      "Votes are taken from our own page only",
      "Reload",
    ],
    ["that a vote is sent", page({}, choose), "busy", "Sending your vote…", "“Tea”"],
    ["that the device is offline", page({}, choose, postponed("offline")), "busy", "You are offline", "“Tea”"],
    [
      "that there is no connection",
      page({}, choose, postponed("unreachable", OPENED_AT + 65_000)),
      "busy",
      "No connection",
      "",
    ],
    ["that there are many", page({}, choose, postponed("crowded")), "busy", "Very many people at once", ""],
    ["that it is busy", page({}, choose, postponed("busy")), "busy", "It is busy just now", ""],
    [
      "that a sum comes first",
      page({}, choose, postponed("proving")),
      "busy",
      "Checking that you are not a robot…",
      "",
    ],
    ["that the vote waits for the opening", page({}, choose, postponed("wait")), "busy", "Not open yet", ""],
    ["that voting has closed", page({ status: "closed" }), "firm", "Voting has closed", ""],
    [
      "that the last votes are counted",
      page({}, ...over(1, 0, "open")),
      "firm",
      "Voting has closed",
      "Counting the last votes…",
    ],
    [
      "that the result is private",
      { ...page({ status: "closed" }), hidden: "never" },
      "firm",
      "Voting has closed",
      "not public",
    ],
    [
      "who has won and what the voter chose",
      page({}, voted(), ...over(3, 1)),
      "firm",
      "Final result: Tea",
      "75% to 25%, 4 votes. You voted for “Tea”.",
    ],
    ["who else has won", page({}, ...over(1, 3)), "firm", "Final result: Coffee", "75% to 25%"],
    ["that it is a tie", page({}, ...over(2, 2)), "firm", "Final result: a tie", "4 votes, half each"],
    ["that there were no votes", page({}, ...over(0, 0)), "firm", "Closed without votes", "no votes"],
  ])("reads: %s", (_, state, tone, title, detail) => {
    const words = said(state);
    expect([words.tone, words.title]).toEqual([tone, title]);
    expect(words.detail).toContain(detail);
  });

  test("shows the receipt of the recorded vote", () => {
    expect(said(page({}, voted())).receipt).toBe("R");
    expect(said(page({}, ...over(3, 1))).receipt).toBe(null);
  });

  test.each([
    [-30, "Opens in a moment", "0:30"],
    [-7200, /^Opens at 6:00\sPM UTC/, "2:00:00"],
    [-200_000, /^Opens on Mon, May 4/, ""],
  ])("counts down from %p seconds: %p, %p", (seconds, title, ticker) => {
    const words = said(page(), seconds);
    expect(words.title).toMatch(title);
    expect(words.ticker).toBe(ticker);
  });

  test.each([
    ["2026-05-04T18:02:00Z", /^closes in 1:00$/],
    ["2026-05-04T20:00:00Z", /^closes at 8:00/],
    ["2026-05-06T20:00:00Z", /^closes on May 6/],
  ])("shows the close at %p as %p", (closes_at, ticker) => {
    expect(said(page({ closes_at })).ticker).toMatch(ticker);
  });

  test("counts down to the next attempt", () => {
    expect(said(page({}, choose, postponed("busy", OPENED_AT + 65_000))).ticker).toBe("trying again in 5s");
  });

  test("is in the voter's language, also for refusals", () => {
    speak("de", "de", german);
    expect(said(page({}, answered("refused", { title: "No", detail: "Because" }))).title).toBe(german["refused.title"]);
    expect(said(page({}, voted())).title).toBe(german["recorded.title"]);
  });
});

describe("the texts around the message", () => {
  test.each([
    ["counts", page({}, message(5, 2, 1)), "open", "3 votes so far"],
    ["final counts", page({}, message(5, 2, 1)), "closed", "3 votes"],
    ["a poll that is to come", page(), "soon", "Voting has not started"],
    ["counts that are never public", page({ result_visibility: "never" }), "open", "Results are not public"],
    ["counts until the close", page({ result_visibility: "after_close" }), "open", "Results show when voting closes"],
    ["counts after a vote", page({ result_visibility: "after_vote" }), "open", "Results show once you have voted"],
    ["counts that come", page({ result_visibility: "after_vote" }, voted()), "open", "Results are on their way"],
    [
      "turnout",
      { ...page({ result_visibility: "never" }), turnout: { total: 9, version: 1 } },
      "open",
      "9 votes so far · Results are not public",
    ],
  ])("the total for %s has its text", (_, state, phase, text) => {
    expect(total(state, phase)).toBe(text);
  });

  test("the audience is shown while the page is live, otherwise a hint about the connection", () => {
    const state = { ...page(), audience: 3 };
    expect(["live", "delayed", "offline", "connecting"].map((mode) => beside(state, mode))).toEqual([
      "3 watching",
      "Every few seconds",
      "Nothing moves now",
      "",
    ]);
    expect(liveWords("live").label).toBe("Live");
  });

  test.each([
    [undefined, ""],
    ["recorded", "is recorded"],
    ["other", "the first vote stands"],
    ["invalid_code", "its code was not valid"],
    ["switched", "a new question"],
    ["refused", "was not counted"],
  ])("the outcome %p of a vote in the previous poll reads %p", (kind, words) => {
    expect(elsewhere(kind && { kind })).toContain(words);
  });

  test("a summary contains both shares", () => {
    expect(summary(POLL, { counts: { a: 3, b: 1 }, total: 4 })).toBe("4 votes: Tea 75%, Coffee 25%.");
    expect(strength(POLL)).toContain("checked per browser");
  });
});

describe("an embedded poll", () => {
  test("links to the voter's page while the poll is open", () => {
    expect(embedTexts(page(), OPENED_AT)).toMatchObject({ phase: "open", title: "Choose here, vote on our page" });
    expect(embedTexts(page({ status: "closed" }), OPENED_AT)).toMatchObject({
      phase: "closed",
      title: "Voting has closed",
    });
  });

  test("shows that a poll is deleted", () => {
    for (const state of [{ load: "unknown" }, page({ status: "draft" })]) {
      expect(embedTexts(state, OPENED_AT)).toMatchObject({
        phase: "gone",
        title: "We cannot find this poll",
        total: "",
      });
    }
  });
});
