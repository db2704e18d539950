// The poll editor: times, origins, images, and tasks that wait.
import { describe, expect, test } from "bun:test";
import zones from "../../../../tests/corpus/local-times.json";
import { initialState, reduce } from "../../site/logic/admin.js";
import { named } from "../../site/logic/api-detail.js";
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
import { changesOf, EMPTY_FORM, errorsIn, FIELDS, fieldOf, formFrom, frozenIn, pollOf } from "../../site/logic/form.js";
import { aboutTime, readLocal } from "../../site/logic/localtime.js";
import { flawInOrigins, originsIn } from "../../site/logic/origins.js";
import { flawInFile, isShrinkable, whyNotTaken } from "../../site/logic/pictures.js";
import { BOOLEANS, ofEach, SETTINGS } from "../../site/logic/settings.js";
import { embedCodeOf, linkHint, linkOf, presenterLinkOf } from "../../site/logic/share.js";
import { speakToOrganisers } from "./organisers.js";

speakToOrganisers();

const BERLIN = "Europe/Berlin";
const NOON = Date.parse("2026-06-01T12:00:00Z");
const FORM = Object.freeze({ ...EMPTY_FORM, question: "Tea or coffee?", a: "Tea", b: "Coffee" });
const ALWAYS = [...BOOLEANS.filter((name) => SETTINGS[name].always), "presenter_language", "embed_origins"];
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

  test("a large photo may be shrunk, an animation or another file not", () => {
    const large = 5 * 1024 * 1024;
    expect(isShrinkable({ type: "image/jpeg", size: large })).toBe(true);
    expect(isShrinkable({ type: "image/gif", size: large })).toBe(false);
    expect(isShrinkable({ type: "application/pdf", size: large })).toBe(false);
    expect(isShrinkable({ type: "image/jpeg", size: 1 })).toBe(false);
  });

  test.each(Object.keys(zones))("in %s agrees with the zone database", (zone) => {
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

  test("that clocks skip is shown with the time that is used", () => {
    const text = "Clocks go forward that day and leave 02:30 out. 03:30 is meant: 2027-03-28 01:30 UTC.";
    expect(aboutTime("2027-03-28T02:30", BERLIN)).toEqual({ text, odd: true });
  });

  test("that occurs twice is shown with both moments", () => {
    const { text, odd } = aboutTime("2026-10-25T02:30", BERLIN);
    expect(odd).toBe(true);
    expect(text).toContain("02:30 comes twice. The first is meant: 2026-10-25 00:30 UTC.");
    expect(text).toContain("The second is 2026-10-25 01:30 UTC");
  });

  test("of any other hour is shown in UTC and with its zone", () => {
    expect(aboutTime("2026-06-01T18:30", BERLIN)).toEqual({
      text: "2026-06-01 16:30 UTC; Europe/Berlin time",
      odd: false,
    });
    expect(aboutTime("", BERLIN)).toEqual({ text: "", odd: false });
  });

  test.each(["", "2026-06", "nonsense"])("is null while it is incomplete: %p", (text) => {
    expect(readLocal(text, BERLIN)).toBe(null);
  });

  test("with an incomplete year is no error", () => {
    expect(aboutTime("0002-06-01T18:30", BERLIN).odd).toBe(false);
  });
});

describe("the form before it is sent", () => {
  test("shows missing fields", () => {
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
    // In the hour that occurs twice each time is the first one: 02:45 is later than 02:30.
    [{ opens_at: "2026-10-25T02:45", closes_at: "2026-10-25T02:30" }, "closes_at", "It opens"],
  ])("shows for the times %p at the field %p only: %p", (times, field, said) => {
    const errors = errorsIn({ ...FORM, ...times }, NOON, EMPTY_FORM, BERLIN);
    expect(Object.keys(errors)).toEqual([field]);
    expect(errors[field]).toContain(said);
  });

  test("does not validate unchanged times", () => {
    const before = { ...FORM, opens_at: "2026-05-01T10:00", closes_at: "2026-05-02T10:00" };
    expect(errorsIn({ ...before, embed_origins: "https://example.org" }, NOON, before, BERLIN)).toEqual({});
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
  ])("shows the error of the site %p: %p", (line, said) => {
    const flaw = flawInOrigins(`https://fine.example\n\n ${line} `);
    expect(flaw).toStartWith(`“${line}”: `);
    expect(flaw).toContain(said);
  });

  test("counts excess sites", () => {
    const many = Array.from({ length: 12 }, (_, n) => `https://s${n}.example`).join("\n");
    expect(flawInOrigins(many)).toBe("At most 10 sites: take 2 out.");
  });

  test.each([
    [{ type: "application/pdf", size: 9 }, "not a JPEG, PNG, WebP or GIF picture"],
    [{ type: "image/svg+xml", size: 9 }, "not a JPEG, PNG, WebP or GIF picture"],
    [{ type: "image/png", size: 0 }, "empty"],
    [{ type: "image/jpeg", size: 4 * 1024 * 1024 + 1 }, "has 4.1 MB; at most 4 MB"],
  ])("shows for the file %p: %p", (file, said) => {
    expect(flawInFile(file)).toContain(said);
  });

  test("accepts an image of the maximum size", () => {
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
  [{ status: 413, problem: {} }, "This is too much for one request. Choose another one"],
])("an image that the API rejected with %p shows the advice %p", (failure, said) => {
  expect(whyNotTaken(failure)).toContain(said);
});

describe("a request body", () => {
  test("contains origins as browsers write them", () => {
    const text = " https://Example.org/ \r\nhttps://example.org:8443\nhttps://bücher.example";
    expect(flawInOrigins(text)).toBe("");
    expect(originsIn(text)).toEqual([
      "https://example.org",
      "https://example.org:8443",
      "https://xn--bcher-kva.example",
    ]);
    expect(originsIn("no address")).toEqual(["no address"]);
  });

  test("of a new poll contains every setting, without missing times", () => {
    expect(pollOf({ ...FORM, opens_at: "2027-03-28T02:30", image_b: "/images/x.webp" }, BERLIN)).toEqual({
      question: "Tea or coffee?",
      options: { a: { label: "Tea", image: null }, b: { label: "Coffee", image: "/images/x.webp" } },
      opens_at: "2027-03-28T01:30:00.000Z",
      policy: "device",
      result_visibility: "always",
      ...ofEach(() => false),
      embed_origins: [],
    });
  });

  test.each(BOOLEANS)("of a repeated poll has its setting %p", (name) => {
    for (const value of [true, false]) {
      expect(pollOf(formFrom({ ...POLL, ...ofEach(() => !value), [name]: value }, BERLIN), BERLIN)[name]).toBe(value);
    }
  });

  test("contains the presenter's language, and null where one is removed", () => {
    const before = formFrom({ ...POLL, presenter_language: "he" }, BERLIN);
    expect(pollOf(before, BERLIN).presenter_language).toBe("he");
    expect(changesOf({ ...before, presenter_language: "" }, before, BERLIN)).toEqual({ presenter_language: null });
    expect(changesOf({ ...before, presenter_language: "ar" }, before, BERLIN)).toEqual({ presenter_language: "ar" });
  });

  test("of a change contains only changed settings", () => {
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
])("an error of the API about %p is shown at the field %p", (path, field) => {
  expect(fieldOf(path)).toBe(field);
});

describe("the editor", () => {
  const typed = {
    ...initialState,
    task: { ...initialState.task, before: { ...FORM, question: "", a: "", b: "" } },
    form: FORM,
  };
  const after = (state, ...actions) => actions.reduce(reduce, state);
  const retyped = { type: "typed", field: "question", value: "Dinner?" };
  const edit = { type: "edit_started", ...editOf(POLL, BERLIN) };

  test("keeps a new poll while others are edited", () => {
    let state = after(typed, edit, retyped, { type: "edit_started", ...againOf(POLL, BERLIN) });
    expect([state.task.kind, state.form.opens_at]).toEqual(["again", ""]);
    state = reduce(state, { type: "finished" });
    expect([state.task.kind, state.form.question]).toEqual(["edit", "Dinner?"]);
    state = reduce(state, { type: "finished" });
    expect([state.task.kind, state.form, state.aside]).toEqual(["new", FORM, []]);
  });

  test("keeps the typed text when a task is started twice", () => {
    const other = { type: "edit_started", ...editOf({ ...POLL, poll_id: "other" }, BERLIN) };
    const state = after(typed, edit, edit, retyped, other, edit);
    expect(state.form.question).toBe("Dinner?");
    expect(state.aside.map(({ task }) => task.kind)).toEqual(["new"]);
  });

  test("is restored from the tab", () => {
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

  test("shows another organiser's change with name, time and fields", () => {
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

  test("shows errors at their fields until they are typed over", () => {
    const invalid = after(
      typed,
      { type: "incomplete", errors: { a: "x" } },
      { type: "field_invalid", field: "question", message: "y" },
    );
    expect(invalid.errors).toEqual({ a: "x", question: "y" });
    expect(reduce(invalid, retyped).errors.question).toBe(undefined);
  });

  test("labels its button by its effect", () => {
    const draft = editOf({ ...POLL, opens_at: null }, BERLIN);
    const planned = { ...draft, form: { ...draft.form, opens_at: "2026-06-02T10:00" } };
    expect(labelOfSubmit(initialState, "draft")).toBe("Create draft");
    expect(labelOfSubmit({ ...initialState, form: planned.form }, "draft")).toBe("Create and schedule");
    expect(labelOfSubmit(draft, "draft")).toBe("Save");
    expect(labelOfSubmit(planned, "draft")).toBe("Save and schedule");
    expect(willSchedule(planned.form, planned.task, "soon")).toBe(false);
  });

  test("has a note for each task", () => {
    expect(NOTES.new()).toBe("");
    expect(NOTES.again({ question: "Lunch?" })).toContain("“Lunch?”");
    expect(
      ["draft", "soon", "open", "closed"].map((phase) => NOTES.edit({}, phase).split(" ").slice(0, 3).join(" ")),
    ).toEqual(["", "It is scheduled.", "It has opened,", "It has closed,"]);
  });
});

test.each([
  ["draft", FIELDS],
  ["soon", FIELDS],
  ["open", ["closes_at", ...ALWAYS]],
  ["closed", ALWAYS],
])("in the phase %p of a poll the fields %p are free", (phase, free) => {
  expect(FIELDS.filter((field) => !frozenIn(phase).includes(field))).toEqual(free);
});

describe("texts", () => {
  const detail = `Poll ${POLL.poll_id} is scheduled from 2026-06-02T10:00:00.000Z to 2026-06-02T11:00:00.000Z: end before that, or begin after`;

  test("of a refusal name the other poll by its question and its times in both zones", () => {
    expect(named(detail, [POLL], BERLIN)).toBe(
      "“Lunch?” is scheduled from 2026-06-02 12:00 (2026-06-02 10:00 UTC) to 2026-06-02 13:00 (2026-06-02 11:00 UTC): end before that, or begin after",
    );
    expect(named(detail, [], BERLIN)).toStartWith(`Poll ${POLL.poll_id} is scheduled`);
  });

  test("of a question cannot leave the embed code", () => {
    const code = embedCodeOf("https://vote.example", { poll_id: "p1", question: '"><script>alert(1)</script> & more' });
    expect([code.split("<").length, code.split(">").length]).toEqual([3, 3]);
    expect(code).toContain('src="https://vote.example/embed/p1"');
    expect(code).toContain("&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; more");
  });

  test("of a link depend on the lifecycle state", () => {
    expect(linkOf("https://vote.example", "p1")).toBe("https://vote.example/p/p1");
    expect(presenterLinkOf("p1")).toBe("/present/?poll=p1");
    expect(linkHint("draft")).toContain("once it is open");
    expect(linkHint("open")).toContain("lead to this poll");
  });
});
