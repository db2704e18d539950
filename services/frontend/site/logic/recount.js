// What to say of a poll's recount. No I/O, no clock, no DOM.
import { moment, number, votes } from "./i18n.js";

const FAILED_AFTER_MS = 900_000; // as long as a recount is joined: after it another one may be begun

/**
 * @param {{running: object|null, certificate: object|null}|undefined} recount
 * @param {string} phase draft | soon | open | closed
 * @returns {{state: string, title: string, detail: string, progress: number|null}} `progress`: from 0 to 1
 */
export function recountMessage(recount, phase, now) {
  const say = (state, title, detail = "", progress = null) => ({ state, title, detail, progress });
  const { running = null, certificate = null } = recount ?? {};
  if (isRunning(recount, now)) {
    const { votes_read, buckets_done, buckets } = running;
    return say("running", "Counting the log again", `${votes(votes_read)} read`, buckets ? buckets_done / buckets : 0);
  }
  if (!certificate) {
    const later =
      phase === "closed" ? "Closed polls are counted again by themselves, about a minute after the close." : "";
    return say("none", "Not counted again yet", later);
  }
  const when = `Recounted ${moment(certificate.finished_at, now)}`;
  const total = votes(certificate.log.a + certificate.log.b);
  switch (certificate.state) {
    case "certified":
      return say(
        "certified",
        `${when}: the counters and the votes agree.`,
        `Certified: ${total} in the log, the same in the counters and on every screen.`,
      );
    case "different":
      return say(
        "different",
        `${when}: different by ${votes(certificate.difference)}.`,
        `The log holds ${total}; counters or screens do not. Tell whoever runs this site: the votes are safe in the log.`,
      );
    default: {
      const found = certificate.difference
        ? "counting is still under way."
        : "the counters and the votes agree so far.";
      return say("provisional", `${when}: ${found}`, `${total} in the log. ${certificate.reason}`);
    }
  }
}

/**
 * What a recount and a look for abuse found, as a table.
 * @param {{certificate: object|null}|undefined} recount
 * @param {{refused: {already_voted: number}}|undefined} report
 * @returns {{name: string, text: string}[]}
 */
export function integrityFigures(recount, report, now) {
  const found = recount?.certificate ?? null;
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
          ? `${number(found.log.invalid)}, set aside: tell whoever runs this site`
          : "none"
        : "–",
    },
    {
      name: "Duplicates refused",
      text: report ? number(report.refused.already_voted) : "told once you look for abuse",
    },
  ];
}

/** What is known after an answer. An order that nobody has begun yet is in none: it is waited for all the same. */
export function follow(before, told) {
  const ordered = before?.running;
  if (!ordered || told.running || told.certificate?.recount_id >= ordered.recount_id) return told; // ids sort by time
  return { ...told, running: ordered };
}

const newestOf = (recount) => recount?.running?.recount_id ?? recount?.certificate?.recount_id ?? "";

/** Is there a recount that was not there before? */
export const hasBegun = (before, now) => newestOf(now) > newestOf(before);

export function isRunning(recount, now) {
  return Boolean(recount?.running) && now - Date.parse(recount.running.started_at) < FAILED_AFTER_MS;
}

/** How long until it is worth asking again, in milliseconds; null: not before something happens. */
export function askAgainIn(recount, phase, now) {
  if (isRunning(recount, now)) return 1000;
  const final = ["certified", "different"].includes(recount?.certificate?.state);
  return phase === "closed" && !final ? 15_000 : null;
}
