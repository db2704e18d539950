// The abuse report of a poll, in words and numbers. No I/O, no clock, no DOM.
/** @import { AbuseReport } from "contracts" */
/** @import { Figure } from "page-state" */
import { dateToSecond, moment, percent, phrase, votes } from "./i18n.js";

const MANY_PERCENT = 50; // of the votes from one network
const MANY_REFUSED = 0.1; // of the votes
const FEW = 20; // votes below which a share means nothing

/**
 * Return the findings of an abuse report, first, and the figures behind them.
 * @param {AbuseReport|undefined} report
 * @returns {{tone: "none"|"calm"|"look", title: string, detail: string, figures: Figure[]}}
 */
export function abuseMessage(report) {
  if (!report) {
    return { tone: "none", title: phrase("abuse.title"), detail: phrase("abuse.hint"), figures: [] };
  }
  const found = findings(report);
  const title = found.length === 0 ? phrase("abuse.nothing") : phrase("abuse.found", { n: found.length });
  return { tone: found.length ? "look" : "calm", title, detail: found.join(" "), figures: figuresOf(report) };
}

/** @param {AbuseReport} report */
function findings({ votes: seen, busiest_second, refused, networks, new_voters }) {
  /** @type {string[]} */
  const found = [];
  if (networks && networks.networks > 1 && networks.largest_percent >= MANY_PERCENT) {
    found.push(phrase("abuse.one_network", { share: percent(networks.largest_percent) }));
  }
  const turnedAway = refused.already_voted + refused.invalid_code;
  if (turnedAway >= FEW && turnedAway > seen * MANY_REFUSED) found.push(phrase("abuse.attempts", { n: turnedAway }));
  if (seen >= FEW && busiest_second && busiest_second.votes > Math.max(FEW, seen / 4)) {
    found.push(phrase("abuse.burst", { n: busiest_second.votes }));
  }
  if (new_voters && new_voters.refused > 0) {
    found.push(phrase("abuse.flood"));
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
    {
      name: phrase("abuse.looked_at"),
      text: all_votes ? votes(seen) : phrase("abuse.sample", { votes: votes(seen) }),
    },
    {
      name: phrase("abuse.refused"),
      text: phrase("abuse.refused_votes", { voted: refused.already_voted, codes: refused.invalid_code }),
    },
    {
      name: phrase("abuse.busiest"),
      text: busiest_second
        ? phrase("abuse.busiest_at", {
            votes: votes(busiest_second.votes),
            time: dateToSecond(busiest_second.starts_at),
          })
        : phrase("tally.nothing"),
    },
    {
      name: phrase("abuse.networks"),
      text: networks
        ? phrase("abuse.networks_seen", { count: networks.networks, share: percent(networks.largest_percent) })
        : phrase("abuse.too_few", { few: FEW }),
    },
  ];
  if (codes) {
    const { used, minted } = codes;
    const text = used === null ? phrase("abuse.codes_made", { minted }) : phrase("abuse.codes_used", { used, minted });
    figures.push({ name: phrase("single.title"), text });
  }
  if (new_voters) {
    const [from, to] = [moment(new_voters.since, now), moment(new_voters.until, now)];
    const { issued, refused } = new_voters;
    figures.push({ name: phrase("abuse.tokens"), text: phrase("abuse.tokens_given", { issued, refused, from, to }) });
  }
  figures.push({ name: phrase("abuse.proof"), text: phrase(proof_of_work ? "abuse.proof_asked" : "abuse.proof_none") });
  return figures;
}
