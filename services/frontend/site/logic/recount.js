// The recount of a poll in words. No I/O, no clock, no DOM.
import { ofApi } from "./api-detail.js";
import { moment, number, phrase, votes } from "./i18n.js";

/** @import { AbuseReport, Recount, RecountProgress } from "contracts" */
/** @import { Figure, Phase } from "page-state" */

const FAILED_AFTER_MS = 900_000; // for this time a new request joins the running recount; after it another one may start

/**
 * Return the text about the recount of a poll.
 * @param {Recount|undefined} recount
 * @param {Phase} phase
 * @param {number} now server time in ms
 * @returns {{state: string, title: string, detail: string, progress: number|null}} `progress`: from 0 to 1
 */
export function recountMessage(recount, phase, now) {
  /** @param {string} state @param {string} title @param {number|null} progress */
  const say = (state, title, detail = "", progress = null) => ({ state, title, detail, progress });
  const certificate = recount?.certificate ?? null;
  if (isRunning(recount, now)) {
    const { votes_read, buckets_done, buckets } = recount.running;
    return say(
      "running",
      phrase("tally.running"),
      phrase("tally.read", { votes: votes(votes_read) }),
      buckets ? buckets_done / buckets : 0,
    );
  }
  if (!certificate) {
    return say("none", phrase("tally.none"), phase === "closed" ? phrase("tally.later") : "");
  }
  const when = moment(certificate.finished_at, now);
  const total = votes(certificate.log.a + certificate.log.b);
  switch (certificate.state) {
    case "certified":
      return say(
        "certified",
        phrase("tally.certified", { time: when }),
        phrase("tally.certified_detail", { votes: total }),
      );
    case "different":
      return say(
        "different",
        phrase("tally.different", { time: when, difference: votes(certificate.difference) }),
        phrase("tally.different_detail", { votes: total }),
      );
    default: {
      const found = certificate.difference ? "tally.counting" : "tally.matches_so_far";
      const detail = [phrase("tally.in_log", { votes: total }), ofApi(certificate.reason)].filter(Boolean).join(" ");
      return say("provisional", phrase(found, { time: when }), detail);
    }
  }
}

/**
 * Return the table of a recount and an abuse report.
 * @param {Recount|undefined} recount
 * @param {AbuseReport|undefined} report
 * @param {number} now server time in ms
 * @returns {Figure[]}
 */
export function integrityFigures(recount, report, now) {
  const found = recount?.certificate ?? null;
  /** @param {{a: number, b: number}} counts */
  const sum = ({ a, b }) => number(a + b);
  return [
    {
      name: phrase("tally.last"),
      text: found
        ? phrase("tally.certificate", { time: moment(found.finished_at, now), id: found.recount_id })
        : phrase("tally.none_yet"),
    },
    {
      name: phrase("tally.counted"),
      text: found
        ? phrase("tally.sums", { counters: sum(found.counters), log: sum(found.log), shown: sum(found.shown) })
        : "–",
    },
    {
      name: phrase("tally.difference"),
      text: found ? (found.difference ? votes(found.difference) : phrase("tally.nothing")) : "–",
    },
    {
      name: phrase("tally.invalid"),
      text: found
        ? found.log.invalid
          ? phrase("tally.invalid_records", { n: number(found.log.invalid) })
          : phrase("tally.nothing")
        : "–",
    },
    {
      name: phrase("tally.duplicates"),
      text: report ? number(report.refused.already_voted) : phrase("tally.after_check"),
    },
  ];
}

/**
 * Return the known recount after an answer. A requested recount that has not started yet is in no answer; it stays.
 * @param {Recount|undefined} before
 * @param {Recount} answer
 */
export function follow(before, answer) {
  const ordered = before?.running;
  const finished = answer.certificate?.recount_id ?? "";
  if (!ordered || answer.running || finished >= ordered.recount_id) return answer; // ids sort by time
  return { ...answer, running: ordered };
}

/** @param {Recount|undefined} recount */
const newestOf = (recount) => recount?.running?.recount_id ?? recount?.certificate?.recount_id ?? "";

/**
 * Return whether there is a recount that was not there before.
 * @param {Recount|undefined} before
 * @param {Recount|undefined} now
 */
export const hasBegun = (before, now) => newestOf(now) > newestOf(before);

/**
 * @param {Recount|undefined} recount
 * @param {number} now server time in ms
 * @returns {recount is Recount & {running: RecountProgress}}
 */
export function isRunning(recount, now) {
  const running = recount?.running;
  return Boolean(running) && now - Date.parse(running?.started_at ?? "") < FAILED_AFTER_MS;
}

/**
 * Return the milliseconds until the next request for the recount; null without one.
 * @param {Recount|undefined} recount
 * @param {Phase} phase
 * @param {number} now server time in ms
 */
export function askAgainIn(recount, phase, now) {
  if (isRunning(recount, now)) return 1000;
  const final = ["certified", "different"].includes(recount?.certificate?.state ?? "");
  return phase === "closed" && !final ? 15_000 : null;
}
