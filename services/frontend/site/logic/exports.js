// Exports: the request, and its file for people. No I/O, no DOM.
import { csvOf } from "./csv.js";
import { percent, phrase, votes } from "./i18n.js";
import { asLocal } from "./localtime.js";
import { leader, percents } from "./results.js";

/** @import { Poll } from "contracts" */
/** @import { ResultsUpdate } from "page-state" */

/** @type {Record<string, string>} */
const TYPES = { csv: "text/csv", json: "application/json" };
/** The content of an export, in the name of its file. @type {Record<string, string>} */
const CONTENTS = { totals: "results", series: "votes-over-time", "vote-log": "vote-log" };
const MAX_SLUG = 60;
/** Excel reads a CSV file without it in the system's old encoding (ADR 58). */
const BYTE_ORDER_MARK = "\uFEFF";
const TEXT_COLUMNS = ["question", "option_a", "votes_a", "percent_a", "option_b", "votes_b", "percent_b"];

/**
 * Return the path of an export, and the name and type of its file: `team-day-in-june-results-2026-11-28.csv`. A JSON file
 * of a vote log has one line a page.
 * @param {Pick<Poll, "poll_id"|"question"|"closes_at">} poll
 * @param {string} content `totals`, `series` or `vote-log`
 * @param {string} format `csv` or `json`
 * @param {number} now server time in ms
 * @returns {{path: string, name: string, type: string}}
 */
export function exportAsked({ poll_id, question, closes_at }, content, format, now) {
  const path = `/admin/api/results/${encodeURIComponent(poll_id)}/export?what=${content}&format=${format}`;
  const ending = content === "vote-log" && format === "json" ? "jsonl" : format;
  const at = closes_at && Date.parse(closes_at) < now ? closes_at : new Date(now).toISOString();
  const name = `${slugOf(question) || poll_id}-${CONTENTS[content]}-${asLocal(at).slice(0, 10)}.${ending}`;
  return { path, name, type: TYPES[format] };
}

/**
 * Return the result as one sentence, to be pasted into a message.
 * @param {Pick<Poll, "question"|"options">} poll
 * @param {Pick<ResultsUpdate, "counts"|"total"|"status">} results
 */
export function sentenceOf({ question, options }, { counts, total, status }) {
  const best = leader(counts);
  const final = status === "closed";
  if (best === "none") return phrase(final ? "result.none" : "result.none_yet", { question });
  const [a, b, share] = [options.a.label, options.b.label, percents(counts)];
  const values = { question, a, b, a_share: percent(share.a), b_share: percent(share.b), votes: votes(total) };
  if (best === "tie") return phrase(final ? "result.tie" : "result.tie_yet", values);
  return phrase(final ? "result.wins" : "result.leads", { ...values, option: options[best].label });
}

/** Return a text as part of a file name: letters and digits of any script. @param {string} text */
function slugOf(text) {
  const words = text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  let slug = "";
  for (const word of words ?? []) {
    if (slug && slug.length + word.length >= MAX_SLUG) break;
    slug = slug ? `${slug}-${word}` : word.slice(0, MAX_SLUG);
  }
  return slug;
}

/**
 * Return a CSV export of totals or of votes over time with the texts of its poll and the percents as its first columns:
 * results-service stores no texts. Its own columns follow, without the counts that are in front now.
 * @param {string} csv values without quotes
 * @param {Pick<Poll, "question"|"options">} poll
 */
export function withTexts(csv, { question, options }) {
  const [header, ...rows] = csv
    .trimEnd()
    .split("\r\n")
    .map((line) => line.split(","));
  const [a, b] = [header.indexOf("a"), header.indexOf("b")];
  /** @param {(string|number)[]} first @param {string[]} row */
  const line = (first, row) => [...first, ...row.filter((_, place) => place !== a && place !== b)];
  const lines = rows.map((row) => {
    const counts = { a: Number(row[a]), b: Number(row[b]) };
    const share = percents(counts);
    return line([question, options.a.label, counts.a, share.a, options.b.label, counts.b, share.b], row);
  });
  return `${BYTE_ORDER_MARK}${csvOf([line(TEXT_COLUMNS, header), ...lines])}`;
}
