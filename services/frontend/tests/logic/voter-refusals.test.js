// Every problem that an API can return to the voter's page has texts there, in every language.
import { afterEach, expect, test } from "bun:test";
import polls from "../../../../docs/api/poll-service.openapi.json";
import results from "../../../../docs/api/results-service.openapi.json";
import votes from "../../../../docs/api/vote-service.openapi.json";
import { speak } from "../../site/logic/i18n.js";
import { LANGUAGES } from "../../site/logic/language.js";
import { meaningOf } from "../../site/logic/retry.js";
import { initialState, reduce } from "../../site/logic/voter.js";
import { voterMessage } from "../../site/logic/voter-message.js";
import { REFUSED } from "../../site/logic/voter-refusals.js";
import { folded, OPENED_AT, POLL } from "./polls.js";

const words = async (code) =>
  code === "en" ? {} : await Bun.file(`${import.meta.dir}/../../site/locales/${code}.json`).json();

/** Status and slugs of every refusal of an operation, as the API's document names them. */
function problemsOf(document, method, path) {
  const answers = Object.values(document.paths[path][method].responses);
  return answers
    .map(({ $ref }) => $ref?.split("/").pop().split("."))
    .filter((parts) => Number(parts?.[0]) >= 400)
    .flatMap(([status, ...slugs]) => slugs.filter((slug) => slug !== "gateway").map((slug) => [Number(status), slug]));
}

const OF_A_VOTE = [
  ...problemsOf(votes, "post", "/vote"),
  ...problemsOf(votes, "post", "/voter-token"),
  ...problemsOf(votes, "post", "/voter-token/challenge"),
];

afterEach(() => speak("en", "en", {}));

test("the API document lists the problems of a vote", () => {
  expect(OF_A_VOTE).toContainEqual([401, "no-voter-token"]);
  expect(OF_A_VOTE).toContainEqual([403, "invalid-code"]);
  expect(OF_A_VOTE.length).toBeGreaterThan(15);
});

test("each problem of a vote is retried, has its own message, or a message by its slug", () => {
  const wordless = OF_A_VOTE.filter(([status, slug]) => {
    const meaning = meaningOf(status, slug);
    const ends = ["refused", "voter_token", "proof"].includes(meaning); // the last two after some tries
    return ends && REFUSED[slug] === undefined;
  });
  expect(wordless).toEqual([]);
});

test("each language has its own title and advice for every refusal", async () => {
  const byLanguage = {};
  for (const code of Object.keys(LANGUAGES)) {
    speak(code, code, await words(code));
    byLanguage[code] = Object.keys(REFUSED).map((slug) => {
      const answer = { type: "answered", poll_id: "p1", answer: { kind: "refused", slug }, mine: null };
      const state = folded(reduce, initialState("p1"), { type: "poll", poll: POLL, now: OPENED_AT }, answer);
      const { title, detail } = voterMessage(state, OPENED_AT + 60_000);
      return [title, detail];
    });
  }
  for (const [code, texts] of Object.entries(byLanguage)) {
    expect(
      texts.flat().every((text) => text.length > 10),
      code,
    ).toBe(true);
    if (code !== "en")
      expect(
        texts.flat().filter((text) => byLanguage.en.flat().includes(text)),
        code,
      ).toEqual([]);
  }
});

test("requests for polls and results have only problems that the page handles by status or slug", () => {
  const met = [
    ...problemsOf(polls, "get", "/polls/active"),
    ...problemsOf(polls, "get", "/polls/{poll_id}"),
    ...problemsOf(results, "get", "/results/{poll_id}"),
    ...problemsOf(results, "get", "/results/{poll_id}/turnout"),
    ...problemsOf(results, "post", "/live/results/{poll_id}"),
  ].map(([status, slug]) => `${status} ${slug}`);
  // 404 and 422: the poll is unknown; hidden results: their own text; all others are retried, with a notice.
  const handled =
    /^(404|422|429|5\d\d) |results-hidden|invalid-results-pass|origin-not-verified|cross-origin-forbidden|^4(13|15) /;
  expect(met.filter((one) => !handled.test(one))).toEqual([]);
});
