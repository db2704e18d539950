// The texts of the dashboard about the selected poll.
import { describe, expect, test } from "bun:test";
import { abuseMessage } from "../../site/logic/abuse.js";
import { codesHint, csvOfCodes, flawInCount } from "../../site/logic/codes.js";
import { csvOf } from "../../site/logic/csv.js";
import { exportAsked, sentenceOf, withTexts } from "../../site/logic/exports.js";
import {
  actionsFor,
  askedBefore,
  pollActionOf,
  primaryOf,
  requestOf,
  revisionConflict,
  saidOf,
  undoOf,
} from "../../site/logic/poll-actions.js";
import { filteredPolls } from "../../site/logic/poll-list.js";
import { hintOf, lifecycleOf, whenOf } from "../../site/logic/poll-status.js";
import { askAgainIn, follow, hasBegun, integrityFigures, isRunning, recountMessage } from "../../site/logic/recount.js";
import { repeatsOf, rowOf } from "../../site/logic/repeats.js";
import { flawsIn, offered, timeOf, timesIn } from "../../site/logic/schedule-dialog.js";
import { speakToOrganisers } from "./organisers.js";
import { OPENED_AT, POLL } from "./polls.js";

speakToOrganisers();

const NOW = OPENED_AT;
const LATER = "2026-05-04T19:00:00.000Z";

describe("an abuse report", () => {
  const calm = {
    as_of: LATER,
    all_votes: true,
    votes: 100,
    busiest_second: { votes: 3, starts_at: LATER },
    refused: { already_voted: 1, invalid_code: 0 },
    networks: { networks: 9, largest_percent: 20 },
    proof_of_work: false,
  };

  test("has a description before the first request", () => {
    expect(abuseMessage(undefined)).toMatchObject({ tone: "none", title: "Signs of abuse", figures: [] });
  });

  test("reports that it has no findings", () => {
    const { tone, title, figures } = abuseMessage(calm);
    expect([tone, title, figures.length]).toEqual(["calm", "Nothing stands out", 5]);
  });

  test("lists its findings first", () => {
    const loud = {
      ...calm,
      all_votes: false,
      networks: { networks: 2, largest_percent: 80 },
      refused: { already_voted: 30, invalid_code: 5 },
      busiest_second: { votes: 60, starts_at: LATER },
      new_voters: { since: LATER, until: LATER, issued: 9, refused: 4 },
      codes: { used: 3, minted: 9 },
      proof_of_work: true,
    };
    const { tone, title, detail, figures } = abuseMessage(loud);
    expect([tone, title]).toEqual(["look", "4 things stand out"]);
    expect(detail).toContain("80% of the votes");
    expect(figures.map(({ name }) => name)).toEqual([
      "Looked at",
      "Refused",
      "Busiest second",
      "Networks",
      "Codes",
      "New voter tokens",
      "Proof of work",
    ]);
    expect(abuseMessage({ ...calm, networks: { networks: 2, largest_percent: 80 } }).title).toBe(
      "One thing stands out",
    );
  });

  test("hides networks below the minimum of votes", () => {
    const few = abuseMessage({
      ...calm,
      votes: 3,
      networks: null,
      busiest_second: null,
      codes: { used: null, minted: 9 },
    });
    expect(few.figures.map(({ text }) => text)).toEqual(
      expect.arrayContaining(["none", "not shown below 20 votes: it would identify voters", "9 made"]),
    );
  });
});

describe("a CSV file", () => {
  test("quotes every field and runs no formula", () => {
    expect(
      csvOf([
        ["a", 1],
        ['say "x"', "=1+1"],
        [" @x", "\uff1d1"],
      ]),
    ).toBe('"a","1"\r\n"say ""x""","\'=1+1"\r\n"\' @x","\'\uff1d1"\r\n');
  });

  test("of codes has a link each", () => {
    expect(csvOfCodes("https://vote.example", "p1", ["A-B"])).toBe(
      '"number","code","link"\r\n"1","A-B","https://vote.example/#poll=p1&code=A-B"\r\n',
    );
  });
});

test.each([
  ["1", ""],
  ["5000", ""],
  ["0", "1 to 5,000"],
  ["5001", "1 to 5,000"],
  ["1e3", "1 to 5,000"],
  ["", "1 to 5,000"],
])("the number of codes %p is rejected with %p", (text, flaw) => {
  expect(flawInCount(text)).toContain(flaw);
  expect(flawInCount(text) === "").toBe(flaw === "");
});

test("new codes ask to be saved before the page is left", () => {
  expect(codesHint(undefined)).toContain("shown here once");
  expect(codesHint({ codes: ["A"], minted: 1, kept: false })).toBe(
    "1 code made here. Save or print them now: they cannot be shown again.",
  );
  expect(codesHint({ codes: ["A", "B"], minted: 9, kept: true })).toBe(
    "2 codes made here. The poll has 9 in all. Anyone with a code can vote once: hand each to one person.",
  );
});

test("an export has the path of its poll and a file name; a vote log in JSON has one line a page", () => {
  const poll = { ...POLL, poll_id: "p/1", question: "Team day in June: à la mer?", closes_at: "2026-05-04T12:00:00Z" };
  expect(exportAsked(poll, "vote-log", "csv", NOW)).toEqual({
    path: "/admin/api/results/p%2F1/export?what=vote-log&format=csv",
    name: "team-day-in-june-a-la-mer-vote-log-2026-05-04.csv",
    type: "text/csv",
  });
  expect(exportAsked(poll, "vote-log", "json", NOW)).toMatchObject({
    name: "team-day-in-june-a-la-mer-vote-log-2026-05-04.jsonl",
    type: "application/json",
  });
  expect(exportAsked({ ...poll, question: "؟" }, "totals", "json", NOW).name).toBe("p/1-results-2026-05-04.json");
  const long = exportAsked({ ...poll, question: "word ".repeat(40) }, "series", "csv", NOW).name;
  expect(long.length).toBeLessThan(100);
});

test("an export for people begins with the texts and the percents, and no text is a formula", () => {
  const csv = "poll_id,status,a,b,total\r\np1,closed,2,1,3\r\n";
  const poll = { question: '=1+1, "sure"?', options: { a: { label: "Zürich" }, b: { label: "Genève" } } };
  expect(withTexts(csv, poll)).toBe(
    '\uFEFF"question","option_a","votes_a","percent_a","option_b","votes_b","percent_b","poll_id","status","total"\r\n' +
      '"\'=1+1, ""sure""?","Zürich","2","67","Genève","1","33","p1","closed","3"\r\n',
  );
});

test.each([
  ["closed", 2, 1, "“Trip?”: Sea wins. Sea 67%, Hills 33% (3 votes)."],
  ["open", 1, 2, "“Trip?”: Hills leads so far. Sea 33%, Hills 67% (3 votes)."],
  ["closed", 1, 1, "“Trip?”: a tie. Sea 50%, Hills 50% (2 votes)."],
  ["open", 0, 0, "“Trip?”: no votes so far."],
])("the result of a poll that is %s with %i : %i votes is one sentence", (status, a, b, sentence) => {
  const poll = { question: "Trip?", options: { a: { label: "Sea" }, b: { label: "Hills" } } };
  expect(sentenceOf(poll, { status, counts: { a, b }, total: a + b })).toBe(sentence);
});

describe("the list of polls", () => {
  const polls = [
    { ...POLL, question: "Café?" },
    { ...POLL, question: "Bread?", status: "closed" },
  ];
  const found = (wanted) =>
    filteredPolls(polls, { words: "", status: "all", order: "newest", ...wanted }, ({ status }) => status).map(
      ({ question }) => question,
    );

  test("is filtered by words and status, and sorted", () => {
    expect(found({})).toEqual(["Café?", "Bread?"]);
    expect(found({ words: " CAFE tea " })).toEqual(["Café?"]);
    expect(found({ status: "closed" })).toEqual(["Bread?"]);
    expect(found({ order: "question" })).toEqual(["Bread?", "Café?"]);
    expect(found({ order: "oldest" })).toEqual(["Bread?", "Café?"]);
  });
});

describe("the schedule dialog", () => {
  const poll = { opens_at: null, closes_at: null };

  test("offers a round opening time, or the scheduled one", () => {
    expect(offered("schedule", poll, NOW)).toEqual({ opens_at: "2026-05-04T18:10", closes_at: "" });
    expect(offered("move", { opens_at: LATER, closes_at: "2026-05-04T20:00:00Z" }, NOW)).toEqual({
      opens_at: "2026-05-04T19:00",
      closes_at: "2026-05-04T20:00",
    });
    expect(offered("until", { closes_at: LATER }, NOW)).toEqual({ opens_at: "", closes_at: "2026-05-04T19:10" });
    expect(offered("until", poll, NOW).closes_at).toBe("2026-05-04T18:10");
  });

  test.each([
    ["schedule", "", "", { opens_at: "Choose a time." }],
    ["schedule", "2026-05-04T17:00", "", { opens_at: "Choose a time to come." }],
    ["schedule", "2026-05-04T19:00", "2026-05-04T18:30", { closes_at: "It has to close after it opens." }],
    ["schedule", "2026-05-04T19:00", "2026-05-04T19:30", {}],
    ["until", "", "", { closes_at: "Choose a time." }],
    ["until", "", "2026-05-04T17:00", { closes_at: "Choose a time to come." }],
    ["until", "", "2026-05-04T18:30", {}],
    ["until", "", "2026-05-04T19:30", {}],
  ])("shows for %s with the times %p and %p the errors %p", (step, opens_at, closes_at, flaws) => {
    expect(flawsIn(step, { opens_at, closes_at }, NOW)).toEqual(flaws);
  });

  test("requests changed times, and always the opening when scheduling", () => {
    const planned = { opens_at: "2026-05-04T19:00:30.000Z", closes_at: null };
    const typed = { opens_at: "2026-05-04T19:00", closes_at: "2026-05-04T20:00" };
    expect(timesIn("schedule", typed, planned)).toEqual({
      opens_at: planned.opens_at,
      closes_at: "2026-05-04T20:00:00.000Z",
    });
    expect(timesIn("move", typed, planned)).toEqual({ closes_at: "2026-05-04T20:00:00.000Z" });
    expect(timesIn("until", typed, planned)).toEqual({ closes_at: "2026-05-04T20:00:00.000Z" });
    expect(timeOf("")).toBe(null);
  });
});

describe("a recount", () => {
  const counts = { a: 2, b: 1 };
  const certificate = (state, more = {}) => ({
    running: null,
    certificate: {
      state,
      recount_id: "2",
      finished_at: LATER,
      log: { ...counts, invalid: 0 },
      counters: counts,
      shown: counts,
      difference: 0,
      reason: "Votes may come.",
      ...more,
    },
  });
  const running = {
    running: { recount_id: "3", started_at: "2026-05-04T18:00:00Z", votes_read: 5, buckets_done: 1, buckets: 4 },
    certificate: null,
  };

  test.each([
    ["none", undefined, "closed", /^Not recounted yet$/, /by themselves/],
    ["none", undefined, "open", /^Not recounted yet$/, /^$/],
    ["running", running, "closed", /^Recounting$/, /^5 votes read$/],
    ["certified", certificate("certified"), "closed", /match\.$/, /3 votes in the log/],
    ["different", certificate("different", { difference: 1 }), "closed", /different by 1 vote\.$/, /safe in the log/],
    ["provisional", certificate("provisional"), "open", /match so far\.$/, /Votes may come\./],
    ["provisional", certificate("provisional", { difference: 1 }), "open", /still under way\.$/, /3 votes in the log/],
  ])("that is %s has the title %p", (state, recount, phase, title, detail) => {
    const said = recountMessage(recount, phase, NOW);
    expect(said.state).toBe(state);
    expect(said.title).toMatch(title);
    expect(said.detail).toMatch(detail);
    expect(said.progress).toBe(state === "running" ? 0.25 : null);
  });

  test("has started once there is a newer one", () => {
    expect([
      hasBegun(undefined, running),
      hasBegun(certificate("certified"), running),
      hasBegun(undefined, certificate("certified")),
    ]).toEqual([true, true, true]);
    expect([
      hasBegun(running, running),
      hasBegun(undefined, undefined),
      hasBegun(certificate("certified"), certificate("certified")),
    ]).toEqual([false, false, false]);
  });

  test("is fetched again while it runs, and after the close until it is final", () => {
    expect([
      askAgainIn(running, "closed", NOW),
      askAgainIn(undefined, "closed", NOW),
      askAgainIn(certificate("certified"), "closed", NOW),
      askAgainIn(undefined, "open", NOW),
    ]).toEqual([1000, 15_000, null, null]);
    expect(isRunning(running, NOW + 900_000)).toBe(false);
  });

  test("that was requested is kept although no answer contains it yet", () => {
    expect(follow(running, { running: null, certificate: null }).running).toEqual(running.running);
    expect(follow(running, certificate("certified")).running).toEqual(running.running);
    expect(follow(running, certificate("certified", { recount_id: "3" })).running).toBe(null);
  });

  test("fills a table, with dashes before there is one", () => {
    expect(integrityFigures(undefined, undefined, NOW).map(({ text }) => text)).toEqual([
      "none yet",
      "–",
      "–",
      "–",
      "shown after a check for abuse",
    ]);
    const figures = integrityFigures(
      certificate("different", { difference: 2, log: { ...counts, invalid: 1 } }),
      { refused: { already_voted: 4 } },
      NOW,
    ).map(({ text }) => text);
    expect(figures.slice(1)).toEqual([
      "3 by the counters, 3 in the log, 3 on the screens",
      "2 votes",
      "1, in the dead-letter queue: inform the operator of this site",
      "4",
    ]);
    expect(
      integrityFigures(certificate("certified"), undefined, NOW)
        .slice(2, 4)
        .map(({ text }) => text),
    ).toEqual(["none", "none"]);
  });
});

describe("repeats of a poll", () => {
  const [first, second] = [
    { ...POLL, poll_id: "p1" },
    { ...POLL, poll_id: "p2", rerun_of: "p1" },
  ];

  test("are listed with the oldest first, and a single poll has none", () => {
    expect(repeatsOf([second, first], first).map(({ poll_id }) => poll_id)).toEqual(["p1", "p2"]);
    expect(repeatsOf([first], first)).toEqual([]);
    expect(repeatsOf([second], second)).toEqual([second]);
  });

  test("show their counts, or why they have none", () => {
    expect(rowOf(first, { counts: { a: 3, b: 1 }, total: 4 }, NOW)).toMatchObject({
      status: "Open",
      total: "4 votes in all",
      a: { label: "Tea", percent: "75%", count: "3 votes", share: 0.75 },
    });
    expect(rowOf(first, undefined, NOW)).toMatchObject({ total: "No counts yet", a: { percent: "", count: "" } });
    expect(rowOf({ ...first, status: "draft", opens_at: null }, undefined, NOW)).toMatchObject({
      when: "Not planned",
      total: "Not open yet",
    });
  });
});

test.each([
  [{ archived_at: LATER }, 0, "archived", /^7:00/],
  [{ status: "draft" }, 0, "draft", /^$/],
  [{}, -60_000, "scheduled", /^opens in 1:00$/],
  [{}, -3_000, "soon", /^opens in 0:03$/],
  [{}, -90_000_000, "scheduled", /^opens May 4/],
  [{ closes_at: LATER }, 0, "open", /^closes in 1:00:00, at 7:00/],
  [{ status: "closed", closes_at: "2026-05-04T18:00:00Z" }, 0, "closed", /^6:00/],
])("a poll with %p is at %p ms %p: %p", (changes, ms, lifecycle, when) => {
  const poll = { ...POLL, ...changes };
  expect(lifecycleOf(poll, NOW + ms)).toBe(lifecycle);
  expect(whenOf(poll, lifecycle, NOW + ms, NOW + ms)).toMatch(when);
});

test("the hint about a draft names the active poll, and no other hint does", () => {
  expect(hintOf("draft", { question: "Tea?" })).toBe("“Tea?” is open. Close it before you open this one.");
  expect(hintOf("draft", null)).toContain("Only organisers see a draft");
  expect(hintOf("scheduled", { question: "Tea?" })).toBe(hintOf("scheduled", null));
});

describe("an action", () => {
  const seen = { poll_id: "p1", revision: 4 };

  test("is offered by lifecycle state, and one about the close time only with one", () => {
    expect(["draft", "open", "archived"].map(primaryOf)).toEqual(["open", "present-link", "export-now"]);
    expect(actionsFor("draft", POLL)).toEqual(["open", "schedule", "delete"]);
    const timers = ["in_30", "in_60", "in_120", "in_300"];
    expect(actionsFor("open", POLL)).toEqual(["close", ...timers, "until"]);
    expect(actionsFor("open", { closes_at: LATER })).toEqual([
      "close",
      "later",
      "much_later",
      ...timers,
      "until",
      "endless",
    ]);
  });

  test("that moves the close time contains it", () => {
    expect(pollActionOf("later", { closes_at: LATER })).toEqual({
      step: "extend",
      times: { closes_at: "2026-05-04T19:01:00.000Z" },
    });
    expect(pollActionOf("endless", { closes_at: LATER })).toEqual({ step: "extend", times: { closes_at: null } });
    expect(pollActionOf("close", POLL)).toEqual({ step: "close" });
    expect(pollActionOf("in_30", { closes_at: LATER }, NOW)).toEqual({
      step: "extend",
      times: { closes_at: "2026-05-04T18:00:30.000Z" },
    });
  });

  test.each([
    [{ step: "open" }, "POST", "/open", { revision: 4 }],
    [{ step: "schedule", times: { opens_at: LATER } }, "POST", "/open", { opens_at: LATER, revision: 4 }],
    [{ step: "close" }, "POST", "/close", { revision: 4 }],
    [{ step: "archive" }, "POST", "/archive", { revision: 4 }],
    [{ step: "delete" }, "DELETE", "?revision=4", undefined],
    [{ step: "take_back" }, "PATCH", "", { status: "draft", revision: 4 }],
    [{ step: "move", times: { opens_at: LATER } }, "PATCH", "", { opens_at: LATER, revision: 4 }],
  ])("%p sends %s %p", (action, method, path, body) => {
    expect(requestOf(action, seen)).toEqual({ method, path: `/admin/api/polls/p1${path}`, ...(body && { body }) });
  });

  test.each([
    ["open", {}, /in 3 seconds/],
    ["schedule", { opens_at: LATER }, /^Scheduled for 7:00/],
    ["move", { opens_at: LATER }, /^Rescheduled to 7:00/],
    ["take_back", {}, /draft again/],
    ["extend", { closes_at: LATER }, /^Closes at 7:00/],
    ["extend", { closes_at: null }, /stays open/],
    ["close", {}, /closes in 3/],
    ["archive", {}, /archived/],
    ["delete", {}, /deleted/],
  ])("%s has a text after it for a poll with %p", (step, poll, words) => {
    expect(saidOf({ step }, poll, NOW)).toMatch(words);
  });

  test("can be undone where that is safe and still possible", () => {
    const before = { opens_at: LATER, closes_at: null };
    expect(undoOf({ step: "schedule" }, before, NOW)).toEqual({ step: "take_back" });
    expect(undoOf({ step: "take_back" }, before, NOW)).toEqual({ step: "schedule", times: { opens_at: LATER } });
    expect(undoOf({ step: "move" }, before, NOW)).toEqual({ step: "move", times: before });
    expect(undoOf({ step: "move" }, before, NOW + 7_200_000)).toBe(null);
    expect(undoOf({ step: "close" }, before, NOW)).toBe(null);
  });

  test("needs a confirmation if it cannot be undone", () => {
    expect(askedBefore("close", "open").yes).toBe("Close now");
    expect([askedBefore("delete", "draft").yes, askedBefore("delete", "archived").yes]).toEqual([
      "Delete",
      "Delete for good",
    ]);
    expect(askedBefore("open", "draft")).toBe(null);
  });

  test("that conflicts with a change names its author", () => {
    const entries = [
      { name: "Ada", at: "2026-05-04T18:00:00Z", action: "poll.opened", about: LATER, revision: 5 },
      { name: "Ben", action: "poll.closed", at: LATER, revision: 3 },
    ];
    expect(revisionConflict(entries, 4, undefined, NOW)).toMatch(
      /^Ada scheduled it for 7:00.* at 6:00.*Your change was not applied/,
    );
    for (const [action, about, words] of [
      ["poll.created", null, "created it"],
      ["poll.opened", null, "opened it"],
      ["poll.changed", "question", "changed it (the question)"],
      ["poll.changed", null, "changed it at"],
      ["poll.closed", null, "closed it"],
      ["poll.archived", null, "archived it"],
    ]) {
      expect(revisionConflict([{ ...entries[0], action, about }], 4, undefined, NOW)).toContain(words);
    }
    expect(revisionConflict([], 4, undefined, NOW)).toStartWith("It was changed.");
    expect(revisionConflict(entries, 5, "It has been closed", NOW)).toStartWith("It has been closed.");
  });
});
