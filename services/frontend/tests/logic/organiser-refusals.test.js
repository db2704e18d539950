// Every problem that an API can return to the dashboard or the presenter has texts and advice there.
import { describe, expect, test } from "bun:test";
import members from "../../../../docs/api/members.openapi.json";
import polls from "../../../../docs/api/poll-service.openapi.json";
import live from "../../../../docs/api/realtime-service.openapi.json";
import results from "../../../../docs/api/results-service.openapi.json";
import votes from "../../../../docs/api/vote-service.openapi.json";
import { initialState, reduce } from "../../site/logic/admin.js";
import { refusalOf } from "../../site/logic/members.js";
import { REFUSALS, wordsOf } from "../../site/logic/organiser-refusals.js";
import { whyNotTaken } from "../../site/logic/pictures.js";
import { pollActionOf, requestOf } from "../../site/logic/poll-actions.js";
import { emptyPresenter, initialState as emptyScreen, reduce as reduceScreen } from "../../site/logic/present.js";
import { speakToOrganisers } from "./organisers.js";

speakToOrganisers();

const DOCUMENTS = [members, polls, live, results, votes];
const SITE = new URL("../../site/", import.meta.url).pathname;
const textOf = (file) => Bun.file(`${SITE}${file}`).text();

/** Return the refusals of the operations with a chosen method and path: `[status, slug]`, "" of a gateway. */
function problemsOf(chosen) {
  const met = new Map();
  for (const { paths } of DOCUMENTS) {
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, { responses }] of Object.entries(operations)) {
        if (!chosen(`${method.toUpperCase()} ${path}`)) continue;
        for (const [status, { $ref }] of Object.entries(responses)) {
          const [, ...slugs] = $ref?.split("/").pop().split(".") ?? [];
          for (const slug of slugs) met.set(`${status} ${slug}`, [Number(status), slug === "gateway" ? "" : slug]);
        }
      }
    }
  }
  return [...met.values()];
}

const BARE = [
  [0, ""],
  [403, ""],
  [413, ""],
  [500, ""],
  [502, ""],
  [504, ""],
]; // of no API's document: networks, gateways, firewalls
const TITLE = "Send the body as application/json";
const problem = (slug) => (slug ? { type: `/problems/${slug}`, title: TITLE } : {});
const ON_DASHBOARD = [...problemsOf((call) => call.includes(" /admin/api/")), ...BARE];

/** The documented operations that the presenter uses, read from its modules. */
async function callsOfScreen() {
  const modules = ["api.js", "present/page.js", "present/actions.js", "organisers/polls.js"];
  const [api, ...own] = await Promise.all(modules.map(textOf));
  const page = own.join("");
  const named = [...page.matchAll(/publicApi\.(\w+)/g)].map(
    ([, name]) => api.match(new RegExp(`\\b${name}: \\(.*call\\(("\\w+", ["\`][^"\`]*)`))[1],
  );
  const signed = [...page.matchAll(/(?:callSigned\(|request\(session, )("\w+", ["`][^"`?]*)/g)].map(([, call]) => call);
  const sent = [...named, ...signed].map((call) =>
    call.replace(/^"(\w+)", ["`]/, "$1 ").replaceAll(/\$\{[^}]*\}/g, "{poll_id}"),
  );
  const poll = { poll_id: "{poll_id}", revision: 1, closes_at: null };
  const steps = ["open", "schedule", "close", "in_30", "take_back"].map((step) =>
    requestOf(pollActionOf(step, poll, 0), poll),
  );
  return [...sent, ...steps.map(({ method, path }) => `${method} ${path}`)];
}

test("the API documents list the refusals for organisers", () => {
  expect(ON_DASHBOARD).toContainEqual([403, "insufficient-role"]);
  expect(ON_DASHBOARD).toContainEqual([409, "member-exists"]);
  expect(ON_DASHBOARD).toContainEqual([429, ""]);
});

test.each(ON_DASHBOARD)("the dashboard has texts for status %p with the problem %p", (status, slug) => {
  if (slug) expect(Object.keys(REFUSALS)).toContain(slug);
  if (status === 401)
    return expect(
      reduce({ ...initialState, session: "in" }, { type: "refused", status, problem: problem(slug) }).session,
    ).toBe("expired");
  for (const about of [undefined, "form"]) {
    const { alert } = reduce(
      { ...initialState, session: "in" },
      { type: "refused", status, problem: problem(slug), about },
    );
    expect(alert.title.length).toBeGreaterThan(8);
    expect(alert.detail.length).toBeGreaterThan(8);
  }
  const { notice } = reduce(
    { ...initialState, session: "in" },
    { type: "refused", status, problem: problem(slug), about: "step" },
  );
  expect(notice.text.length).toBeGreaterThan(8);
  expect(refusalOf(status, problem(slug)).words).toMatch(/\. \S.*\.$/);
  expect(whyNotTaken({ status, problem: problem(slug) })).toMatch(/\. \S.*\.$/);
});

test("titles for programs are not shown to organisers", () => {
  for (const slug of ["validation-failed", "not-json", "too-large", "origin-not-verified", "not-found"]) {
    expect(wordsOf(422, problem(slug)).title).not.toBe(TITLE);
  }
  expect(wordsOf(403, { type: "/problems/insufficient-role", title: "Your role does not allow this" }).title).toBe(
    "Your role does not allow this",
  );
});

test("an unknown problem keeps the API's texts", () => {
  expect(wordsOf(409, { type: "/problems/constructor", title: "New", detail: "Because." })).toEqual({
    title: "New",
    detail: "Because.",
    advice: "",
  });
  expect(wordsOf(503, { title: "New" }).advice).toContain("try again");
});

describe("the presenter", async () => {
  const calls = await callsOfScreen();
  const met = [...problemsOf((call) => calls.includes(call)), ...BARE];

  test("uses only documented operations", () => {
    expect(calls.length).toBeGreaterThan(7);
    for (const call of calls)
      expect(
        problemsOf((known) => known === call),
        call,
      ).not.toEqual([]);
    expect(met).toContainEqual([409, "revision-conflict"]);
    expect(met).toContainEqual([403, "results-hidden"]);
  });

  test.each(met)("has texts for status %p with the problem %p", (status, slug) => {
    if (slug) expect(Object.keys(REFUSALS)).toContain(slug);
    const { title, detail } = emptyPresenter(status, problem(slug));
    const words = wordsOf(status, problem(slug));
    for (const text of [title, detail, words.title, words.advice]) expect(text.length).toBeGreaterThan(8);
  });

  test("shows why it is empty until an answer arrives, and links on from an unknown poll", () => {
    const gone = reduceScreen(emptyScreen, { type: "trouble", status: 404, problem: problem("unknown-poll") });
    expect(gone.trouble).toMatchObject({ title: "This poll is not there", unknown: true });
    expect(reduceScreen(gone, { type: "trouble_cleared" }).trouble).toBe(null);
    expect(reduceScreen(emptyScreen, { type: "trouble_cleared" })).toBe(emptyScreen);
    expect(
      emptyPresenter(403, { type: "/problems/origin-not-verified", title: TITLE, detail: "Since noon." }),
    ).toMatchObject({ detail: "Since noon.", unknown: false });
  });
});
