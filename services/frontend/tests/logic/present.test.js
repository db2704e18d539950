import { describe, expect, test } from "bun:test";
import {
  countsShown,
  headlineOf,
  initialState,
  isNext,
  isPublic,
  may,
  noControl,
  outcome,
  reduce,
  turnOf,
  votersShown,
} from "../../site/logic/present.js";
import { speakToOrganisers } from "./organisers.js";
import { folded, message, OPENED_AT, POLL } from "./polls.js";

speakToOrganisers();

const presenter = (changes = {}, ...actions) =>
  folded(reduce, initialState, { type: "poll", poll: { ...POLL, ...changes } }, ...actions);
const at = (seconds) => OPENED_AT + seconds * 1000;
const closed = (a, b) => message(7, a, b, { status: "closed" });

test.each([
  ["always", "open", true],
  ["after_vote", "open", false],
  ["after_vote", "closed", true],
  ["after_close", "closed", true],
  ["never", "closed", false],
])("counts by the rule %p are public in a poll that is %p: %p", (result_visibility, phase, visible) => {
  expect(isPublic({ result_visibility }, phase)).toBe(visible);
});

test.each([
  ["in", "owner", true],
  ["in", "editor", true],
  ["in", "viewer", false],
  ["in", "none", false],
  ["expired", "owner", false],
])("a session that is %p with the role %p may close the poll: %p", (session, role, allowed) => {
  const signedIn = reduce(initialState, { type: "session", session: "in", role });
  expect(may(reduce(signedIn, { type: "session", session }), "polls.close")).toBe(allowed);
});

describe("the presenter", () => {
  test("shows hidden counts only after a deliberate action", () => {
    const hidden = presenter({ result_visibility: "after_close" }, message(5, 2, 1));
    expect(countsShown(hidden, at(0))).toBe(false);
    expect(votersShown(hidden, at(0))).toBe(null);
    const shown = reduce(hidden, { type: "decide", decided: "shown" });
    expect([countsShown(shown, at(0)), votersShown(shown, at(0))]).toEqual([true, 3]);
    expect(countsShown(reduce(shown, { type: "decide", decided: "hidden" }), at(0))).toBe(false);
    expect(countsShown(presenter(), at(0))).toBe(false);
  });

  test("shows the turnout while the poll allows it, and not before it opens", () => {
    const message = { poll_id: "p1", status: "open", version: 5, total: 9 };
    const state = presenter({ result_visibility: "never", show_turnout: true }, { type: "message", message });
    expect(votersShown(state, at(0))).toBe(9);
    const without = { ...message, version: 6, total: null, show_turnout: false };
    expect(votersShown(reduce(state, { type: "message", message: without }), at(0))).toBe(null);
    expect(votersShown(state, at(-1))).toBe(null);
    expect(votersShown(initialState, at(0))).toBe(null);
  });

  test("names a winner once the result is final and shown", () => {
    expect(outcome(presenter({}, message(5, 2, 1)), at(0))).toBe(null);
    expect(outcome(presenter({}, closed(2, 1)), at(0))).toBe("a");
    expect(headlineOf(presenter({}, closed(2, 1)), at(0))).toBe(`${POLL.options.a.label} wins · 67%`);
    expect(headlineOf(presenter({}, closed(1, 1)), at(0))).toBe("It’s a tie");
    expect(headlineOf(presenter({}, closed(0, 0)), at(0))).toBe("");
    expect(headlineOf(presenter({}, message(5, 2, 1)), at(0))).toBe("");
    expect(outcome(presenter({ result_visibility: "never" }, closed(2, 1)), at(0))).toBe(null);
  });

  test.each([
    [{ poll_id: "p2", status: "open", opens_at: "2026-05-04T18:00:30Z" }, true],
    [{ poll_id: "p2", status: "open", opens_at: "2026-05-04T19:00:00Z" }, false],
    [{ poll_id: "p2", status: "open" }, true],
    [{ poll_id: "p2", status: "closed" }, false],
    [{ poll_id: "p1", status: "open" }, false],
    [{ poll_id: "p0", status: "open" }, false],
    [{}, false],
  ])("switches to %p: %p", (next, goes) => {
    expect(isNext({ ...presenter(), previousPollIds: ["p0"] }, next, at(0))).toBe(goes);
  });

  test("shows a poll that opens in an hour if it is empty", () => {
    expect(isNext(initialState, { poll_id: "p2", status: "open", opens_at: "2026-05-04T19:00:00Z" }, at(0))).toBe(true);
  });

  test("ignores older and previous polls, and applies newer data of its own", () => {
    const next = presenter({}, message(5), { type: "poll", poll: { ...POLL, poll_id: "p2" } });
    expect([next.poll.poll_id, next.results, next.previousPollIds]).toEqual(["p2", null, ["p1"]]);
    expect(reduce(next, { type: "poll", poll: POLL })).toBe(next);
    expect(reduce(next, { type: "poll", poll: null })).toBe(next);
    const older = { ...POLL, poll_id: "p2", revision: 1 };
    expect(reduce(next, { type: "poll", poll: older })).toBe(next);
    expect(reduce(next, { type: "poll", poll: { ...older, revision: 3, status: "closed" } }).poll.status).toBe(
      "closed",
    );
  });

  test("is empty after its poll is deleted, and shows the poll when it is opened again", () => {
    const shown = presenter({}, message(5, 2, 0));
    expect(reduce(shown, { type: "poll_removed", poll_id: "p2" })).toBe(shown);
    const empty = reduce(shown, { type: "poll_removed", poll_id: "p1" });
    expect([empty.poll, empty.results]).toEqual([null, null]);
    expect(isNext(empty, { poll_id: "p1", status: "open" }, at(0))).toBe(true);
    expect(reduce(empty, { type: "poll", poll: POLL }).poll).toEqual(POLL);
  });

  test("keeps the newest message of its own poll, and any audience", () => {
    const state = presenter(
      {},
      message(5, 2, 0, { audience: 3 }),
      message(4, 9, 0, { audience: 4 }),
      message(9, 9, 9, { poll_id: "p2", audience: 5 }),
    );
    expect([state.results.counts, state.audience]).toEqual([{ a: 2, b: 0 }, 5]);
  });

  test("stores the session and errors", () => {
    const state = presenter(
      {},
      { type: "session", session: "in" },
      { type: "live", mode: "live" },
      { type: "set", values: { alert: { title: "x" } } },
    );
    expect(state).toMatchObject({ session: "in", live: "live", alert: { title: "x" } });
    expect(() => reduce(state, { type: "x" })).toThrow("unknown action x");
  });
});

test.each([
  ["in", null],
  ["loading", null],
  ["out", "You are not signed in."],
  ["expired", "Your sign-in has expired."],
])("a session that is %s sees why it controls nothing: %p", (session, title) => {
  expect(noControl({ session })?.title ?? null).toBe(title);
});

test.each([
  ["draft", { status: "draft", opens_at: null }, 0, "Not open yet", false],
  ["soon", {}, -30, "Opens in 0:30", false],
  ["about to open", {}, -3, "Opens in 0:03", true],
  ["later", {}, -7200, /^Opens: .*6:00/, false],
  ["open without an end", {}, 0, "Voting is open", false],
  ["closing", { closes_at: "2026-05-04T18:00:09Z" }, 0, "Closes in 0:09", true],
  ["closing later", { closes_at: "2026-05-04T20:00:00Z" }, 0, /^Closes: .*8:00/, false],
])("a poll that is %s has its line", (_, changes, seconds, text, urgent) => {
  const said = turnOf(presenter(changes), at(seconds));
  expect(said.text).toMatch(text);
  expect(said.urgent).toBe(urgent);
});

test.each([
  ["no counts", [], "Voting has closed"],
  ["counts that are not final", [message(5, 2, 1)], "Counting the last votes…"],
  ["a winner", [closed(2, 1)], "Final result"],
  ["a tie", [closed(2, 2)], "Final result: a tie"],
  ["no votes", [closed(0, 0)], "Closed without votes"],
])("a closed poll with %s has its line", (_, actions, text) => {
  expect(
    turnOf(presenter({}, ...actions, { type: "poll", poll: { ...POLL, revision: 3, status: "closed" } }), at(0)).text,
  ).toBe(text);
});
