import { describe, expect, test } from "bun:test";
import { activePoll, disagrees, initialState, reduce, selectedPoll } from "../../site/logic/admin.js";
import { speakToOrganisers } from "./organisers.js";
import { folded, message, OPENED_AT, POLL } from "./polls.js";

speakToOrganisers();

const now = OPENED_AT;
const older = { ...POLL, poll_id: "p0", status: "closed", question: "Older?" };
const listed = reduce(initialState, { type: "listed", polls: [POLL, older], next_cursor: "c", now });
const after = (...actions) => folded(reduce, listed, ...actions);

describe("the list of polls", () => {
  test("selects the poll that is open, and keeps a selection", () => {
    expect(listed.selected).toBe("p1");
    const chosen = after(
      { type: "select", poll_id: "p0" },
      { type: "listed", polls: [POLL, older], next_cursor: null, now },
    );
    expect(selectedPoll(chosen).question).toBe("Older?");
  });

  test("keeps newer answers of actions, and grows by pages", () => {
    const saved = after({ type: "poll", poll: { ...POLL, revision: 3, question: "Newer?" } });
    const late = reduce(saved, { type: "listed", polls: [POLL], next_cursor: null, more: true, now });
    expect(late.polls.map(({ poll_id, question }) => [poll_id, question])).toEqual([
      ["p0", "Older?"],
      ["p1", "Newer?"],
    ]);
    expect(reduce(saved, { type: "poll", poll: POLL }).polls[0].question).toBe("Newer?");
  });

  test("adds a fetched poll once, at its end", () => {
    const found = { ...POLL, poll_id: "p-1" };
    const action = { type: "poll_found", poll: found };
    expect(after(action, action).polls.map(({ poll_id }) => poll_id)).toEqual(["p1", "p0", "p-1"]);
  });

  test("loses a deleted poll and selects another", () => {
    expect(after({ type: "poll_removed", poll_id: "p1", now }).selected).toBe("p0");
    expect(after({ type: "poll_removed", poll_id: "p0", now }).selected).toBe("p1");
    expect(
      reduce(after({ type: "poll_removed", poll_id: "p1", now }), { type: "poll_removed", poll_id: "p0", now })
        .selected,
    ).toBe(null);
  });

  test("returns the active poll", () => {
    expect(activePoll(listed, now).poll_id).toBe("p1");
    expect(activePoll({ ...listed, polls: [older] }, now)).toBe(null);
  });

  test("starts with a created poll, and the form is empty again", () => {
    const state = after({ type: "created", poll: { ...POLL, poll_id: "p2" } });
    expect([state.selected, state.polls[0].poll_id, state.task.kind]).toEqual(["p2", "p2", "new"]);
    expect(after({ type: "saved", poll: { ...POLL, revision: 9 } }).polls[0].revision).toBe(9);
  });
});

describe("messages", () => {
  test("update counts and status, and late ones do not", () => {
    const state = after(message(5, 9, 1, { status: "closed" }), message(4, 1));
    expect(state.results.p1.counts).toEqual({ a: 9, b: 1 });
    expect(state.polls[0].status).toBe("closed");
    expect(after(message(5, 9, 1, { updated_at: "2026-05-04T18:00:01Z" })).seen.p1).toHaveLength(1);
  });

  test("never change the status of a draft", () => {
    const draft = after({ type: "poll", poll: { ...POLL, revision: 3, status: "draft" } });
    expect(reduce(draft, message(5)).polls[0].status).toBe("draft");
  });

  test.each([
    [{ status: "open" }, false],
    [{ status: "closed" }, true],
    [{ status: "open", opens_at: "2026-05-04T18:00:00Z" }, false],
    [{ status: "open", closes_at: "2026-05-04T19:00:00Z" }, true],
    [{ status: undefined }, false],
  ])("with %p differ from the shown poll: %p", (facts, differs) => {
    expect(disagrees(listed, { poll_id: "p1", ...facts })).toBe(differs);
    expect(disagrees(listed, { poll_id: "p9", ...facts })).toBe(false);
  });
});

describe("a refusal", () => {
  const state = { errors: {}, alert: null, session: "in", polls: [] };

  test("without fields is shown above the form", () => {
    const problem = { title: "Another poll is open: close it first", detail: "“Tea?” is open" };
    expect(reduce(state, { type: "refused", status: 409, problem }).alert).toEqual(problem);
  });

  test("of a form is shown at its fields, and the rest above", () => {
    const errors = [
      { field: "question", message: "Too long" },
      { field: "body", message: "Odd" },
      { field: "question", message: "Worse" },
    ];
    const refused = reduce(state, { type: "refused", status: 422, problem: { title: "No", errors }, about: "form" });
    expect([refused.errors, refused.alert]).toEqual([{ question: "Too long" }, { title: "No", detail: "Odd" }]);
    const alone = reduce(state, {
      type: "refused",
      status: 422,
      problem: { title: "No", errors: errors.slice(0, 1) },
      about: "form",
    });
    expect(alone.alert).toBe(null);
  });

  test.each([
    [0, "Could not reach the server"],
    [503, "That did not work"],
  ])("with status %p has the title %p and advice", (status, title) => {
    const refused = reduce(state, { type: "refused", status, problem: {} });
    expect(refused.alert).toEqual({
      title,
      detail: "Your change may not have been saved. Check the connection and try again.",
    });
  });

  test("of an action is shown at the poll", () => {
    const refused = reduce(listed, {
      type: "refused",
      status: 409,
      problem: { title: "No", detail: "Because" },
      about: "step",
    });
    expect(refused.notice).toEqual({ poll_id: "p1", tone: "trouble", title: "No", text: "Because" });
    expect(reduce(refused, { type: "dismissed" }).notice).toBe(null);
  });

  test("for an expired session keeps the rest of the state", () => {
    const typed = { form: { question: "typed" }, session: "in", alert: null };
    const expired = reduce(typed, { type: "refused", status: 401, problem: {}, about: "form" });
    expect(expired).toEqual({ ...typed, session: "expired" });
  });
});

test("new codes are collected, and marked once saved", () => {
  const made = (codes, minted) => ({ type: "codes_made", poll_id: "p1", codes, minted });
  const state = after(made(["A"], 1), { type: "codes_kept", poll_id: "p1" }, made(["B"], 2));
  expect(state.codes.p1).toEqual({ codes: ["A", "B"], minted: 2, kept: false });
});

test("data of messages and requests is stored by poll", () => {
  const running = { recount_id: "1", started_at: "2026-05-04T18:00:00Z" };
  const state = after(
    { type: "signed_in", name: "Ada" },
    { type: "abuse", report: { poll_id: "p1", votes: 1 } },
    { type: "series", poll_id: "p1", points: [] },
    { type: "recount", recount: { poll_id: "p1", running, certificate: null } },
    { type: "busy", name: "export", on: true },
    { type: "audience", audience: 4 },
    { type: "live", mode: "live" },
    { type: "list_filtered", field: "words", value: "tea" },
  );
  expect(state).toMatchObject({
    session: "in",
    name: "Ada",
    username: "",
    abuse: { p1: { votes: 1 } },
    series: { p1: [] },
    recounts: { p1: { running } },
    busy: { export: true },
    audience: 4,
    live: "live",
    wanted: { words: "tea" },
  });
  expect(reduce(state, { type: "signed_out" }).session).toBe("out");
});

test("an unknown action is an error", () => {
  expect(() => reduce(initialState, { type: "x" })).toThrow("unknown action x");
});
