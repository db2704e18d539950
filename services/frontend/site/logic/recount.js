// The recount of a poll in words. No I/O, no clock, no DOM.
import { moment, number, votes } from "./i18n.js";

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
    return say("running", "Recounting", `${votes(votes_read)} read`, buckets ? buckets_done / buckets : 0);
  }
  if (!certificate) {
    const later =
      phase === "closed" ? "Closed polls are counted again by themselves, about a minute after the close." : "";
    return say("none", "Not recounted yet", later);
  }
  const when = `Recounted ${moment(certificate.finished_at, now)}`;
  const total = votes(certificate.log.a + certificate.log.b);
  switch (certificate.state) {
    case "certified":
      return say(
        "certified",
        `${when}: counters and votes match.`,
        `Certified: ${total} in the log, the same in the counters and on every screen.`,
      );
    case "different":
      return say(
        "different",
        `${when}: different by ${votes(certificate.difference)}.`,
        `The log holds ${total}; counters or screens do not. Inform the operator of this site: the votes are safe in the log.`,
      );
    default: {
      const found = certificate.difference ? "counting is still under way." : "counters and votes match so far.";
      return say("provisional", `${when}: ${found}`, `${total} in the log. ${certificate.reason}`);
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
      name: "Last recount",
      text: found ? `${moment(found.finished_at, now)}, certificate ${found.recount_id}` : "none yet",
    },
    {
      name: "Counted",
      text: found
        ? `${sum(found.counters)} by the counters, ${sum(found.log)} in the log, ${sum(found.shown)} on the screens`
        : "–",
    },
    { name: "Difference", text: found ? (found.difference ? votes(found.difference) : "none") : "–" },
    {
      name: "Invalid records",
      text: found
        ? found.log.invalid
          ? `${number(found.log.invalid)}, in the dead-letter queue: inform the operator of this site`
          : "none"
        : "–",
    },
    {
      name: "Duplicates refused",
      text: report ? number(report.refused.already_voted) : "shown after a check for abuse",
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
