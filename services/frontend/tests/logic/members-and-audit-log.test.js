// The tabs of the members and of the audit log.
import { describe, expect, test } from "bun:test";
import auditActions from "../../../../tests/corpus/audit-actions.json";
import invitations from "../../../../tests/corpus/invitations.json";
import { auditActionOf, deletedIn, pollOf, utcOf, whenOf } from "../../site/logic/audit-log.js";
import { bodyOf, errorsIn, refusalOf, statusOf } from "../../site/logic/members.js";
import { tabIn } from "../../site/logic/tabs.js";
import { speakToOrganisers } from "./organisers.js";

speakToOrganisers();

describe("an audit event", () => {
  test("has a label for every action", () => {
    const words = auditActions.map((action) => auditActionOf({ action, about: null }));
    expect(new Set(words).size).toBe(auditActions.length);
    expect(auditActions.filter((action, place) => words[place] === action.replaceAll("_", " "))).toEqual([]);
  });

  test.each([
    [
      "poll.changed",
      "opens_at, presenter_language, status",
      "reverted to draft and changed the opening, the presenter’s language",
    ],
    ["poll.changed", "status", "reverted to draft"],
    ["poll.changed", "option_a, a_field_of_tomorrow", "changed This, a field of tomorrow"],
    ["poll.opened", "2026-05-04T18:00:00Z", /^scheduled for May 4, 2026/],
    ["poll.deleted", "x", "deleted a poll"],
    ["member.role_changed", "ben: viewer", "changed the role of ben to viewer"],
    ["member.invited", "ben: viewer", "invited ben as viewer"],
    ["member.removed", "ben", "removed ben"],
    ["codes.minted", "50 codes", "made 50 codes"],
    ["results.exported", "vote-log, csv", "exported vote-log, csv"],
    ["image.stored", "/images/0.webp", "uploaded a picture"],
    ["an_action_of_tomorrow", "x", "an action of tomorrow x"],
  ])("%p about %p reads %p", (action, about, words) => {
    expect(auditActionOf({ action, about })).toMatch(typeof words === "string" ? new RegExp(`^${words}$`) : words);
  });

  test("shows its time in local time and in UTC", () => {
    const entry = { at: "2026-05-04T18:00:01.500Z" };
    expect(whenOf(entry)).toMatch(/May 4, 2026.*:00:01/);
    expect(utcOf(entry)).toBe("2026-05-04 18:00:01 UTC");
  });

  test("names its poll by its question, or by its id", () => {
    const polls = [{ poll_id: "p1", question: "Tea?" }];
    expect(pollOf("p1", polls, [])).toEqual({ text: "Tea?", there: true });
    expect(pollOf("0123456789", polls, [])).toEqual({ text: "poll 012345…", there: true });
    expect(
      pollOf("p1", polls, deletedIn([{ action: "poll.deleted", poll_id: "p1" }, { action: "poll.closed" }])),
    ).toEqual({ text: "a poll, deleted since", there: false });
  });
});

describe("an invitation", () => {
  test.each(invitations.map(({ name, email, refused }) => [name, email, refused]))(
    "of %p at %p is refused for %p",
    (name, email, refused) => {
      expect(Object.keys(errorsIn({ name, email })).sort()).toEqual(refused);
    },
  );

  test("is sent without surrounding white space", () => {
    expect(bodyOf({ name: " ada ", email: " a@b.c ", role: "viewer" })).toEqual({
      name: "ada",
      email: "a@b.c",
      role: "viewer",
    });
  });

  test("that is refused shows errors at their fields, and other errors above", () => {
    const errors = [
      { field: "email", message: "Taken" },
      { field: "role", message: "Odd" },
    ];
    expect(refusalOf(422, { title: "No", errors }, ["email"])).toEqual({
      errors: { email: "Taken" },
      words: "No. Odd",
    });
    expect(refusalOf(422, { errors: errors.slice(0, 1) }, ["email"])).toEqual({
      errors: { email: "Taken" },
      words: "",
    });
    expect(refusalOf(0, {}).words).toContain("Could not reach the server");
    expect(refusalOf(500, {}).words).toBe(
      "That did not work. Your change may not have been saved. Check the connection and try again.",
    );
  });
});

test("a known status has a label, and an unknown one is shown unchanged", () => {
  expect(statusOf({ status: "active" })).toBe("Active");
  expect(statusOf({ status: "odd" })).toBe("odd");
});

test.each([
  ["", "polls"],
  ["#audit-log", "audit-log"],
  ["#members", "members"],
  ["#trai", "polls"],
  ["#x<b>", "polls"],
])("the address %p opens the tab %p", (hash, tab) => {
  expect(tabIn(hash)).toBe(tab);
});
