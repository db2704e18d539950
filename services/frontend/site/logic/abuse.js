// The abuse report of a poll, in words and numbers. No I/O, no clock, no DOM.
/** @import { AbuseReport } from "contracts" */
/** @import { Figure } from "page-state" */
import { moment, number, percent, votes } from "./i18n.js";

const MANY_PERCENT = 50; // of the votes from one network
const MANY_REFUSED = 0.1; // of the votes
const FEW = 20; // votes below which a share means nothing
const second = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });

/**
 * Return the findings of an abuse report, first, and the figures behind them.
 * @param {AbuseReport|undefined} report
 * @returns {{tone: "none"|"calm"|"look", title: string, detail: string, figures: Figure[]}}
 */
export function abuseMessage(report) {
  if (!report) {
    const detail = "Repeated votes, wrong codes, bursts and where votes came from: in numbers that identify no voter.";
    return { tone: "none", title: "Signs of abuse", detail, figures: [] };
  }
  const found = findings(report);
  const title =
    found.length === 0
      ? "Nothing stands out"
      : `${found.length === 1 ? "One thing stands" : `${found.length} things stand`} out`;
  return { tone: found.length ? "look" : "calm", title, detail: found.join(" "), figures: figuresOf(report) };
}

/** @param {AbuseReport} report */
function findings({ votes: seen, busiest_second, refused, networks, new_voters }) {
  /** @type {string[]} */
  const found = [];
  if (networks && networks.networks > 1 && networks.largest_percent >= MANY_PERCENT) {
    found.push(
      `Up to ${percent(networks.largest_percent)} of the votes came from one network: a hall, a school, or one person.`,
    );
  }
  const turnedAway = refused.already_voted + refused.invalid_code;
  if (turnedAway >= FEW && turnedAway > seen * MANY_REFUSED)
    found.push(`${votes(turnedAway)} were refused: a sign of attempts.`);
  if (seen >= FEW && busiest_second && busiest_second.votes > Math.max(FEW, seen / 4)) {
    found.push(`${votes(busiest_second.votes)} came within one second.`);
  }
  if (new_voters && new_voters.refused > 0) {
    found.push("A network asked for more new voter tokens than it gets: a flood, or a hall larger than the limit.");
  }
  return found;
}

/** @param {AbuseReport} report */
function figuresOf({
  as_of,
  all_votes,
  votes: seen,
  busiest_second,
  refused,
  networks,
  new_voters,
  codes,
  proof_of_work,
}) {
  const now = Date.parse(as_of);
  const figures = [
    { name: "Looked at", text: all_votes ? votes(seen) : `${votes(seen)}, a sample of more` },
    {
      name: "Refused",
      text: `${number(refused.already_voted)} had voted otherwise, ${number(refused.invalid_code)} with a wrong or used code`,
    },
    {
      name: "Busiest second",
      text: busiest_second
        ? `${votes(busiest_second.votes)}, at ${second.format(Date.parse(busiest_second.starts_at))}`
        : "none",
    },
    {
      name: "Networks",
      text: networks
        ? `about ${number(networks.networks)}; none brought more than ${percent(networks.largest_percent)}`
        : `not shown below ${FEW} votes: it would identify voters`,
    },
  ];
  if (codes) {
    const used = codes.used === null ? "" : `${number(codes.used)} used of `;
    figures.push({ name: "Codes", text: `${used}${number(codes.minted)} made` });
  }
  if (new_voters) {
    const span = `${moment(new_voters.since, now)} to ${moment(new_voters.until, now)}`;
    const given = `${number(new_voters.issued)} given, ${number(new_voters.refused)} refused`;
    figures.push({ name: "New voter tokens", text: `${given}; for all polls, ${span}` });
  }
  figures.push({ name: "Proof of work", text: proof_of_work ? "asked for with each vote" : "not asked for" });
  return figures;
}
