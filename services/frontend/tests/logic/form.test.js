// The form that a poll is written in: times, sites, pictures, and what waits until then.
import { describe, expect, test } from "bun:test";
import zones from "../../../../tests/corpus/local-times.json";
import { initialState, reduce } from "../../site/logic/admin.js";
import {
  againOf,
  clashOf,
  clashWords,
  editOf,
  fromKept,
  labelOfSubmit,
  NOTES,
  toKeep,
  willSchedule,
} from "../../site/logic/editor-state.js";
import { named } from "../../site/logic/error-text.js";
import { changesOf, EMPTY_FORM, errorsIn, fieldOf, formFrom, frozenIn, pollOf } from "../../site/logic/form.js";
import { aboutTime, readLocal } from "../../site/logic/localtime.js";
import { flawInOrigins, originsIn } from "../../site/logic/origins.js";
import { flawInFile, whyNotTaken } from "../../site/logic/pictures.js";
import { aboutLink, frameOf, linkOf } from "../../site/logic/share.js";

const BERLIN = "Europe/Berlin";
const NOON = Date.parse("2026-06-01T12:00:00Z");
const FORM = Object.freeze({ ...EMPTY_FORM, question: "Tea or coffee?", a: "Tea", b: "Coffee" });
const POLL = Object.freeze({
  poll_id: "0123456789abcdefghjkmnpqrs",
  question: "Lunch?",
  revision: 4,
  status: "draft",
  options: { a: { label: "Soup", image: "/images/x.webp" }, b: { label: "Salad", image: null } },
  opens_at: "2026-06-02T10:00:30.500Z",
  closes_at: null,
  policy: "code",
  result_visibility: "never",
  proof_of_work: true,
  show_turnout: false,
  embed_origins: ["https://a.example", "https://b.example"],
});

describe("a local time", () => {
  const MINUTE = 60_000;
  const [QUARTER, STRIDE, DAY] = [15 * MINUTE, 433 * MINUTE, 1440 * MINUTE];

  /** The wall times of two years: each quarter of an hour around a change of clocks, and some in between. */
  function* walls(ranges) {
    const changes = ranges.slice(1).map(([from]) => Date.parse(`${from}Z`));
    const end = Date.UTC(2028);
    for (let presenter = Date.UTC(2026); presenter < end; ) {
      yield presenter;
      presenter += changes.some((change) => Math.abs(change - presenter) < DAY) ? QUARTER : STRIDE;
    }
  }

  test.each(Object.keys(zones))("in %s means what the zone database says", (zone) => {
    const ranges = zones[zone].map(([from, kind, first, second]) => ({
      from: Date.parse(`${from}Z`),
      kind,
      first,
      second,
    }));
    const wrong = [];
    let seen = 0;
    for (const presenter of walls(zones[zone])) {
      const { kind, first, second } = ranges.findLast(({ from }) => from <= presenter);
      const meant = {
        kind,
        instant: presenter - first * MINUTE,
        other: kind === "twice" ? presenter - second * MINUTE : null,
      };
      const read = readLocal(new Date(presenter).toISOString().slice(0, 16), zone);
      if (!Bun.deepEquals(read, meant)) wrong.push({ presenter: new Date(presenter).toISOString(), read, meant });
      seen += 1;
    }
    expect(wrong).toEqual([]);
    expect(seen).toBeGreaterThan(2_400);
  });

  test("that clocks leave out is said with the one that is meant", () => {
    const text = "Clocks go forward that day and leave 02:30 out. 03:30 is meant: 2027-03-28 01:30 UTC.";
    expect(aboutTime("2027-03-28T02:30", BERLIN)).toEqual({ text, odd: true });
  });

  test("that comes twice is said with both", () => {
    const { text, odd } = aboutTime("2026-10-25T02:30", BERLIN);
    expect(odd).toBe(true);
    expect(text).toContain("02:30 comes twice. The first is meant: 2026-10-25 00:30 UTC.");
    expect(text).toContain("The second is 2026-10-25 01:30 UTC");
  });

  test("of any other hour is said in UTC and with its zone", () => {
    expect(aboutTime("2026-06-01T18:30", BERLIN)).toEqual({
      text: "2026-06-01 16:30 UTC; typed as the time in Europe/Berlin",
      odd: false,
    });
    expect(aboutTime("", BERLIN)).toEqual({ text: "", odd: false });
  });

  test.each(["", "2026-06", "nonsense"])("is none while it is not whole: %p", (text) => {
    expect(readLocal(text, BERLIN)).toBe(null);
  });

  test("whose year is still being typed is no trouble", () => {
    expect(aboutTime("0002-06-01T18:30", BERLIN).odd).toBe(false);
  });
});

describe("the form before it is sent", () => {
  test("says what is missing", () => {
    const errors = errorsIn({ ...EMPTY_FORM, question: " ", a: "Tea", b: "tea ", closes_at: "2020-01-01T00:00" }, NOON);
    expect(Object.keys(errors).sort()).toEqual(["b", "closes_at", "question"]);
    expect(Object.keys(errorsIn(EMPTY_FORM, NOON)).sort()).toEqual(["a", "b", "question"]);
  });

  test.each([
    [{ opens_at: "2026-06-01T13:59" }, "opens_at", "This time has passed"],
    [{ opens_at: "2027-06-03T12:00" }, "opens_at", "within 366 days"],
    [{ closes_at: "2026-06-01T14:00" }, "closes_at", "in the future"],
    [
      { opens_at: "2026-06-02T18:30", closes_at: "2026-06-02T18:30" },
      "closes_at",
      "It opens 2026-06-02 18:30 (2026-06-02 16:30 UTC)",
    ],
    [{ opens_at: "2026-06-02T18:30", closes_at: "2026-07-04T18:30" }, "closes_at", "31 days"],
    // In the hour that comes twice each time is its first: 02:45 is later than 02:30.
    [{ opens_at: "2026-10-25T02:45", closes_at: "2026-10-25T02:30" }, "closes_at", "It opens"],
  ])("says of the times %p at the field %p alone: %p", (times, field, said) => {
    const errors = errorsIn({ ...FORM, ...times }, NOON, BERLIN);
    expect(Object.keys(errors)).toEqual([field]);
    expect(errors[field]).toContain(said);
  });

  test("does not judge times again that were not touched", () => {
    const before = { ...FORM, opens_at: "2026-05-01T10:00", closes_at: "2026-05-02T10:00" };
    expect(errorsIn({ ...before, embed_origins: "https://example.org" }, NOON, BERLIN, before)).toEqual({});
  });

  test.each([
    ["example.org", "with https:// in front: https://example.org"],
    ["http://example.org", "without https cannot show it: use https://example.org"],
    ["https://example.org/page", "without a path: https://example.org"],
    ["https://example.org/?a=1", "without a path"],
    ["https://example.org/#", "without a path"],
    ["https://me@example.org", "without a path"],
    ["https://*.example.org", "a * is not taken"],
    ["javascript:alert(1)", "such as https://example.org"],
    ["not a site", "such as https://example.org"],
  ])("names the site %p and what is wrong with it: %p", (line, said) => {
    const flaw = flawInOrigins(`https://fine.example\n\n ${line} `);
    expect(flaw).toStartWith(`“${line}”: `);
    expect(flaw).toContain(said);
  });

  test("counts sites that are too many", () => {
    const many = Array.from({ length: 12 }, (_, n) => `https://s${n}.example`).join("\n");
    expect(flawInOrigins(many)).toBe("At most 10 sites: take 2 out.");
  });

  test.each([
    [{ type: "application/pdf", size: 9 }, "not a JPEG, PNG, WebP or GIF picture"],
    [{ type: "image/svg+xml", size: 9 }, "not a JPEG, PNG, WebP or GIF picture"],
    [{ type: "image/png", size: 0 }, "empty"],
    [{ type: "image/jpeg", size: 4 * 1024 * 1024 + 1 }, "has 4.1 MB; at most 4 MB"],
  ])("says of the file %p: %p", (file, said) => {
    expect(flawInFile(file)).toContain(said);
  });

  test("takes a picture of the largest size", () => {
    expect(flawInFile({ type: "image/jpeg", size: 4 * 1024 * 1024 })).toBe("");
  });
});

test.each([
  [{ status: 401 }, "Sign in again"],
  [{ status: 0 }, "Check the connection"],
  [{ status: 503 }, "just now"],
  [
    { status: 422, problem: { type: "/problems/not-an-image", detail: "It is no picture" } },
    "It is no picture. Save it as one of these",
  ],
  [{ status: 422, problem: { type: "/problems/not-an-image" } }, "Save it as one of these"],
  [{ status: 422, problem: { errors: [{ message: "Too wide" }] } }, "Too wide. Choose another one"],
  [{ status: 413, problem: {} }, "It was not taken. Choose another one"],
])("a picture that the API refused with %p says the way out: %p", (failure, said) => {
  expect(whyNotTaken(failure)).toContain(said);
});

describe("what is sent", () => {
  test("is sites as browsers spell them", () => {
    const text = " https://Example.org/ \r\nhttps://example.org:8443\nhttps://bücher.example";
    expect(flawInOrigins(text)).toBe("");
    expect(originsIn(text)).toEqual([
      "https://example.org",
      "https://example.org:8443",
      "https://xn--bcher-kva.example",
    ]);
    expect(originsIn("no address")).toEqual(["no address"]);
  });

  test("of a new poll is all of it, without the times it has not", () => {
    expect(pollOf({ ...FORM, opens_at: "2027-03-28T02:30", image_b: "/images/x.webp" }, BERLIN)).toEqual({
      question: "Tea or coffee?",
      options: { a: { label: "Tea", image: null }, b: { label: "Coffee", image: "/images/x.webp" } },
      opens_at: "2027-03-28T01:30:00.000Z",
      policy: "device",
      result_visibility: "always",
      proof_of_work: false,
      show_turnout: false,
      embed_origins: [],
    });
  });

  test("of a change is only what changed", () => {
    const before = formFrom(POLL, BERLIN);
    expect(changesOf({ ...before, b: "Bread", opens_at: "", show_turnout: "yes" }, before, BERLIN)).toEqual({
      options: { a: { label: "Soup", image: "/images/x.webp" }, b: { label: "Bread", image: null } },
      opens_at: null,
      show_turnout: true,
    });
    expect(changesOf(before, before, BERLIN)).toEqual({});
  });
});

test.each([
  ["question", "question"],
  ["options.a.label", "a"],
  ["options.b", "b"],
  ["options", "b"],
  ["closes_at", "closes_at"],
  ["body", ""],
  ["policy", "policy"],
  ["options.a.image", "image_a"],
  ["options.b.image", "image_b"],
  ["options.b.label", "b"],
  ["opens_at", "opens_at"],
  ["embed_origins.3", "embed_origins"],
  ["rerun_of", ""],
])("an error of the API about %p stands at the field %p", (path, field) => {
  expect(fieldOf(path)).toBe(field);
});

describe("what is being written", () => {
  const typed = {
    ...initialState,
    task: { ...initialState.task, before: { ...FORM, question: "", a: "", b: "" } },
    form: FORM,
  };
  const after = (state, ...actions) => actions.reduce(reduce, state);
  const retyped = { type: "typed", field: "question", value: "Dinner?" };
  const edit = { type: "edit_started", ...editOf(POLL, BERLIN) };

  test("for a new poll waits while others are changed", () => {
    let state = after(typed, edit, retyped, { type: "edit_started", ...againOf(POLL, BERLIN) });
    expect([state.task.kind, state.form.opens_at]).toEqual(["again", ""]);
    state = reduce(state, { type: "finished" });
    expect([state.task.kind, state.form.question]).toEqual(["edit", "Dinner?"]);
    state = reduce(state, { type: "finished" });
    expect([state.task.kind, state.form, state.aside]).toEqual(["new", FORM, []]);
  });

  test("goes on where it was when it is begun twice", () => {
    const other = { type: "edit_started", ...editOf({ ...POLL, poll_id: "other" }, BERLIN) };
    const state = after(typed, edit, edit, retyped, other, edit);
    expect(state.form.question).toBe("Dinner?");
    expect(state.aside.map(({ task }) => task.kind)).toEqual(["new"]);
  });

  test("comes back whole from the tab", () => {
    const { task, form, aside, ...rest } = reduce(typed, edit);
    const kept = fromKept(toKeep({ task, form, aside }));
    expect(kept).toEqual({ task, form, aside });
    expect(reduce({ ...initialState, ...rest }, { type: "restored", kept })).toMatchObject({ form });
    expect(toKeep(initialState)).toBe("");
  });

  test.each([null, "", "{}", "no JSON", '{"question": "of a release before"}', "[]"])(
    "is left in the tab when it is not ours: %p",
    (text) => {
      expect(fromKept(text)).toBe(null);
    },
  );

  test("is held against the change of another organiser, who is named with when and what", () => {
    const { task } = editOf(POLL, BERLIN);
    const clash = clashOf(
      task,
      { ...POLL, question: "Supper?", revision: 5, closes_at: "2026-06-03T10:00:00Z" },
      BERLIN,
    );
    expect(clash).toEqual({ revision: 5, fields: ["question", "closes_at"] });
    const words = clashWords({ name: "Kim", at: "2026-06-01T10:00:00.000Z" }, undefined, clash.fields, BERLIN);
    expect(words).toStartWith("Kim changed this poll at 2026-06-01 12:00 (2026-06-01 10:00 UTC).");
    expect(words).toContain("Changed there: the question, the end.");
    expect(words).toContain("what you typed is still here");
    expect(clashWords(undefined, undefined, [], BERLIN)).toContain("Its texts and settings are the same.");
    const state = after({ ...initialState, task }, { type: "edit_conflict", clash });
    expect(state.task.clash).toEqual(clash);
    expect(after(state, { type: "edited_poll_deleted" }).task.kind).toBe("new");
    expect(after(state, { type: "reloaded", task, form: FORM }).form).toBe(FORM);
  });

  test("shows flaws at their fields until they are typed over", () => {
    const flawed = after(
      typed,
      { type: "incomplete", errors: { a: "x" } },
      { type: "field_invalid", field: "question", message: "y" },
    );
    expect(flawed.errors).toEqual({ a: "x", question: "y" });
    expect(reduce(flawed, retyped).errors.question).toBe(undefined);
  });

  test("is saved by a button that says what it does", () => {
    const draft = editOf({ ...POLL, opens_at: null }, BERLIN);
    const planned = { ...draft, form: { ...draft.form, opens_at: "2026-06-02T10:00" } };
    expect(labelOfSubmit(initialState, "draft")).toBe("Create draft");
    expect(labelOfSubmit({ ...initialState, form: planned.form }, "draft")).toBe("Create and schedule");
    expect(labelOfSubmit(draft, "draft")).toBe("Save");
    expect(labelOfSubmit(planned, "draft")).toBe("Save and schedule");
    expect(willSchedule(planned.form, planned.task, "soon")).toBe(false);
  });

  test("is introduced by what it is for", () => {
    expect(NOTES.new()).toBe("");
    expect(NOTES.again({ question: "Lunch?" })).toContain("“Lunch?”");
    expect(
      ["draft", "soon", "open", "closed"].map((phase) => NOTES.edit({}, phase).split(" ").slice(0, 3).join(" ")),
    ).toEqual(["", "It is scheduled.", "It has opened,", "It has closed,"]);
  });
});

test.each([
  ["draft", 12],
  ["soon", 12],
  ["open", 3],
  ["closed", 2],
])("in the phase %p of a poll %p fields are free", (phase, free) => {
  expect(Object.keys(FORM).length - frozenIn(phase).length).toBe(free);
});

describe("words", () => {
  const detail = `Poll ${POLL.poll_id} is scheduled from 2026-06-02T10:00:00.000Z to 2026-06-02T11:00:00.000Z: end before that, or begin after`;

  test("of a refusal name the other poll by its question and its times by both clocks", () => {
    expect(named(detail, [POLL], BERLIN)).toBe(
      "“Lunch?” is scheduled from 2026-06-02 12:00 (2026-06-02 10:00 UTC) to 2026-06-02 13:00 (2026-06-02 11:00 UTC): end before that, or begin after",
    );
    expect(named(detail, [], BERLIN)).toStartWith(`Poll ${POLL.poll_id} is scheduled`);
  });

  test("of a question cannot leave the code of its frame", () => {
    const code = frameOf("https://vote.example", { poll_id: "p1", question: '"><script>alert(1)</script> & more' });
    expect([code.split("<").length, code.split(">").length]).toEqual([3, 3]);
    expect(code).toContain('src="https://vote.example/embed/p1"');
    expect(code).toContain("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; more");
  });

  test("of a link say whether it leads somewhere", () => {
    expect(linkOf("https://vote.example", "p1")).toBe("https://vote.example/p/p1");
    expect(aboutLink("draft")).toContain("once it is open");
    expect(aboutLink("open")).toContain("comes to this poll");
  });
});
