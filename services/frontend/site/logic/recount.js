// What to say of a poll's recount. No I/O, no clock, no DOM.
import { moment, number, votes } from "./phrases.js";

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
    const later = phase === "closed" ? "Closed polls are counted again by themselves, about a minute after the close." : "";
    return say("none", "Not counted again yet", later);
  }
  const when = moment(certificate.finished_at, now);
  const total = votes(certificate.log.a + certificate.log.b);
  switch (certificate.state) {
    case "certified":
      return say("certified", "Certified", `${when}: ${total} in the log, the same in the counters and on every screen.`);
    case "different": {
      const off = number(certificate.difference);
      return say("different", `Different by ${off}`, `${when}: the log holds ${total}; counters or screens do not. Tell whoever runs this site: the votes are safe in the log.`);
    }
    default:
      return say("provisional", certificate.difference ? "Still counting" : "Agrees so far", `${when}: ${total} in the log. ${certificate.reason}`);
  }
}

export function isRunning(recount, now) {
  return Boolean(recount?.running) && now - Date.parse(recount.running.started_at) < FAILED_AFTER_MS;
}

/** How long until it is worth asking again, in milliseconds; null: not before something happens. */
export function askAgainIn(recount, phase, now) {
  if (isRunning(recount, now)) return 1000;
  const final = ["certified", "different"].includes(recount?.certificate?.state);
  return phase === "closed" && !final ? 15_000 : null;
}
