import { describe, expect, test } from "bun:test";
import {
  canVote,
  codeIn,
  initialState,
  isOpenElsewhere,
  preselectedIn,
  reduce,
  voteIn,
} from "../../site/logic/voter.js";
import { folded, MINE, message, OPENED_AT, POLL } from "./polls.js";

/** A voter's page that shows the poll. */
const shown = reduce(initialState(null), { type: "poll", poll: POLL, now: OPENED_AT });
const after = (...actions) => folded(reduce, shown, ...actions);
const second = { type: "poll", poll: { ...POLL, poll_id: "p2" }, now: OPENED_AT };

describe("messages", () => {
  test("a late snapshot never moves a bar back", () => {
    expect(after(message(5, 9), message(4, 8)).results.counts.a).toBe(9);
  });

  test("a late message does not reopen a closed poll", () => {
    const closed = { type: "poll_closed", poll_id: "p1", status: "closed", version: 7 };
    expect(after({ type: "message", message: closed }, message(6)).poll.status).toBe("closed");
  });

  test("the close and its final counts share a version and are both applied", () => {
    const closed = { type: "poll_closed", poll_id: "p1", status: "closed", version: 7 };
    const state = after({ type: "message", message: closed }, message(7, 3, 0, { status: "closed" }));
    expect([state.results.counts.a, state.poll.status]).toEqual([3, "closed"]);
  });

  test("messages of other polls change nothing", () => {
    expect(after(message(5, 1, 0, { poll_id: "p2" }))).toEqual(shown);
  });

  test("a message may set the close time and never removes it", () => {
    const closing = message(5, 1, 0, { closes_at: "2026-05-04T18:09:00Z" });
    expect(after(closing, message(6, 1, 0, { closes_at: null })).poll.closes_at).toBe("2026-05-04T18:09:00Z");
  });

  test("shown counts are not hidden by a public message", () => {
    const hidden = { type: "results_hidden", poll_id: "p1", status: "open", version: 9 };
    expect(after(message(5, 2), { type: "message", message: hidden }).results.counts.a).toBe(2);
  });

  test("hidden counts keep the rule and the newest turnout", () => {
    const about = { type: "results_hidden", poll_id: "p1", status: "open", result_visibility: "after_vote" };
    const hidden = (version, total, more = {}) => ({ type: "message", message: { ...about, version, total, ...more } });
    const state = after(hidden(5, 10), hidden(4, 9), hidden(6, null));
    expect([state.hidden, state.turnout]).toEqual(["after_vote", { total: 10, version: 5 }]);
    const without = reduce(state, hidden(7, null, { show_turnout: false }));
    expect([without.poll.show_turnout, without.turnout]).toEqual([false, null]);
  });
});

describe("polls", () => {
  test("the next poll starts without results and the previous one does not come back", () => {
    const state = after(message(5), second);
    expect([state.poll.poll_id, state.results, state.status_version]).toEqual(["p2", null, 0]);
    const cached = { type: "poll", poll: POLL, now: OPENED_AT };
    expect(reduce(state, cached).poll.poll_id).toBe("p2");
  });

  test("a closed poll stays on the page when none is active", () => {
    expect(after({ type: "poll", poll: null }).poll.poll_id).toBe("p1");
  });

  test("an older copy of the poll is ignored", () => {
    expect(after({ type: "poll", poll: { ...POLL, revision: 1, status: "draft" } }).poll.status).toBe("open");
  });

  test("a removed poll is no longer the next one", () => {
    const later = { type: "poll", poll: { ...POLL, poll_id: "p3", opens_at: "2026-05-04T19:00:00Z" }, now: OPENED_AT };
    const waiting = after(later);
    expect([waiting.poll.poll_id, waiting.next.poll_id]).toEqual(["p1", "p3"]);
    expect(reduce(waiting, { type: "poll_removed", poll_id: "p9" })).toEqual(waiting);
    expect(reduce(waiting, { type: "poll_removed", poll_id: "p3" }).next).toBe(null);
    expect(reduce(waiting, { type: "tick", now: OPENED_AT }).poll.poll_id).toBe("p1");
    expect(reduce(shown, { type: "tick", now: OPENED_AT })).toBe(shown);
  });

  test("a loading error is shown until a poll is loaded", () => {
    const trouble = { type: "load_failed", reason: "busy" };
    expect(reduce(initialState(null), trouble)).toMatchObject({ load: "trouble", trouble: "busy" });
    expect(reduce(shown, trouble)).toBe(shown);
    expect(reduce(initialState("x"), { type: "unknown_poll" }).load).toBe("unknown");
  });
});

describe("votes", () => {
  const choose = { type: "choose", poll_id: "p1", choice: "a" };

  test("an answer for a previous poll is shown and stored with that poll", () => {
    const answered = { type: "answered", poll_id: "p1", answer: { kind: "recorded" }, mine: MINE };
    const state = after(choose, second, answered);
    expect(state.elsewhere).toEqual({ kind: "recorded" });
    expect(state.votes.p1.mine).toEqual(MINE);
    expect(voteIn(state).mine).toBe(null);
  });

  test("a second tap is ignored while a vote is being sent", () => {
    expect(canVote(shown, OPENED_AT)).toBe(true);
    expect(canVote(after(choose), OPENED_AT)).toBe(false);
    expect(canVote(initialState(null), OPENED_AT)).toBe(false);
  });

  test("a closed answer of the server ends voting before the clock does", () => {
    const answered = { type: "answered", poll_id: "p1", answer: { kind: "closed" }, mine: null };
    expect(canVote(after(answered), OPENED_AT)).toBe(false);
  });

  test("an attempt has a reason and a time for its retry", () => {
    const postponed = { type: "postponed", poll_id: "p1", reason: "busy", again_at: 9 };
    const state = after(choose, postponed);
    expect(voteIn(state).attempt).toEqual({ choice: "a", reason: "busy", again_at: 9 });
    expect(voteIn(reduce(state, { type: "sending", poll_id: "p1" })).attempt.again_at).toBe(null);
    expect(voteIn(after(postponed)).attempt).toBe(null);
  });

  test("a stored vote never replaces an answered one", () => {
    const state = after({ type: "remembered", poll_id: "p1", mine: MINE });
    expect(voteIn(reduce(state, { type: "remembered", poll_id: "p1", mine: { ...MINE, choice: "b" } })).mine).toEqual(
      MINE,
    );
  });

  test("a typed code removes only answers about the previous code", () => {
    const refused = (kind) => ({ type: "answered", poll_id: "p1", answer: { kind }, mine: null });
    const typed = { type: "code", poll_id: "p1", code: "X" };
    expect(voteIn(after(refused("invalid_code"), typed)).answer).toBe(null);
    expect(voteIn(after(refused("other"), typed)).answer.kind).toBe("other");
    expect(codeIn(after(typed))).toBe("X");
    expect(codeIn(after(typed, { type: "another_code", poll_id: "p1" }))).toBe("");
  });

  test("a preselection is valid in its own poll until the voter has chosen", () => {
    const marked = reduce(initialState("p1", "b"), { type: "poll", poll: POLL, now: OPENED_AT });
    expect(preselectedIn(marked)).toBe("b");
    expect(preselectedIn(reduce(marked, choose))).toBe(null);
    expect(preselectedIn(reduce(initialState("p9", "b"), { type: "poll", poll: POLL, now: OPENED_AT }))).toBe(null);
  });
});

test("hidden counts are marked as hidden in this poll only, before any counts", () => {
  expect(after({ type: "hidden", poll_id: "p1" }).hidden).toBe("always");
  expect(after({ type: "hidden", poll_id: "p2" })).toBe(shown);
  expect(after({ type: "live", mode: "live" }, { type: "audience", audience: 3 })).toMatchObject({
    live: "live",
    audience: 3,
  });
});

test("a page offers another open poll only when the one of its link has closed", () => {
  const other = { type: "poll_beside", poll: { ...POLL, poll_id: "p2" } };
  const closed = { ...POLL, status: "closed", revision: POLL.revision + 1 };
  const offers = (wanted, poll, beside = other) =>
    isOpenElsewhere(folded(reduce, initialState(wanted), { type: "poll", poll, now: OPENED_AT }, beside), OPENED_AT);
  expect(offers("p1", closed)).toBe(true);
  expect(offers("p1", POLL)).toBe(false);
  expect(offers(null, closed)).toBe(false);
  expect(offers("p1", closed, { type: "poll_beside", poll: closed })).toBe(false);
  expect(offers("p1", closed, { type: "poll_beside", poll: null })).toBe(false);
});

test("an unknown action is an error", () => {
  expect(() => reduce(shown, { type: "vote" })).toThrow("unknown action vote");
});
