// The texts of the page that checks receipts. The phrases are in `site/verify/locales`.
import { base64Of } from "./bytes.js";
import { dateAndTime, datesAndTimes, percent, phrase, phraseAt } from "./i18n.js";
import { strength } from "./policy-text.js";
import { LENGTH } from "./receipt.js";
import { leader, percents } from "./results.js";

/** @import { PublicCertificate, PublicPoll } from "contracts" */
/** @import { Figure, CheckOutcome, LogFlaw, LogProof, OutcomeMessage, VerifyState } from "page-state" */

/**
 * Return the message about the receipt.
 * @param {VerifyState} state
 * @param {number} now device time in ms
 * @returns {OutcomeMessage}
 */
export function outcomeMessage({ busy, outcome, certificate }, now) {
  if (busy) return say("busy", phrase("verify.checking"));
  if (!outcome || outcome.kind === "certified") return say("calm", "");
  switch (outcome.kind) {
    case "counted":
      return outcome.signed ? counted(certificate) : unsigned("unsigned.detail");
    case "proved":
      return outcome.signed ? proved(outcome) : unsigned("unsigned.proof");
    case "absent":
      return say("firm", phrase("absent.title"), phrase("absent.detail"), { offer: "all" });
    case "absent_all":
      return say("firm", phrase("absent_all.title"), phrase("absent_all.detail"));
    case "mistyped":
      return mistyped(outcome);
    case "unpublished":
      return unpublished(outcome.poll, now);
    case "faulty":
      return faulty(outcome.flaw);
    case "unreachable":
      return say("trouble", phrase("unreachable.title"), phrase("unreachable.detail"), { offer: "again" });
    default:
      return say("trouble", ...OTHERS[outcome.kind]());
  }
}

/** @type {Record<"unknown"|"no_results"|"no_proof"|"nothing_scanned"|"uncheckable", () => [string, string]>} */
const OTHERS = {
  unknown: () => [phrase("unknown.title"), phrase("unknown.detail")],
  no_results: () => [phrase("no_results.title"), phrase("no_results.detail")],
  no_proof: () => [phrase("no_proof.title"), phrase("no_proof.detail")],
  nothing_scanned: () => [phrase("nothing_scanned.title"), phrase("nothing_scanned.detail")],
  uncheckable: () => [phrase("uncheckable.title"), phrase("uncheckable.detail")],
};

/**
 * @param {OutcomeMessage["tone"]} tone
 * @param {string} title
 * @param {string} detail
 * @param {Partial<OutcomeMessage>} more
 * @returns {OutcomeMessage}
 */
const say = (tone, title, detail = "", more = {}) => ({ tone, title, detail, offer: null, suggestion: null, ...more });

/** @param {PublicCertificate|null} certificate */
function counted(certificate) {
  const detail = certificate
    ? phrase("counted.detail", { question: certificate.question, day: dateAndTime(certificate.recount.finished_at) })
    : phrase("counted.bare");
  return say("good", phrase("counted.title"), detail);
}

/** @param {string} detail */
const unsigned = (detail) => say("firm", phrase("unsigned.title"), phrase(detail));

/** @param {{proof: LogProof, own: boolean|null}} outcome */
function proved({ proof, own }) {
  const place = phrase("proved.detail", { index: proof.index + 1, size: proof.checkpoint.size });
  const whose = own === null ? "" : phrase(own ? "proved.own" : "proved.other");
  return say(own === false ? "firm" : "good", phrase("proved.title"), [place, whose].filter(Boolean).join(" "));
}

/** @param {Extract<CheckOutcome, {kind: "mistyped"}>} outcome */
function mistyped({ flaw, count, suggestion }) {
  if (flaw === "empty") return say("trouble", phrase("mistyped.empty_title"), phrase("mistyped.empty"));
  if (flaw === "length") {
    return say("trouble", phrase("mistyped.length_title"), phrase("mistyped.length", { length: LENGTH, count }));
  }
  const detail = phrase(suggestion ? "mistyped.likely" : "mistyped.check");
  return say("trouble", phrase("mistyped.check_title"), detail, { suggestion });
}

/** @param {PublicPoll} poll @param {number} now device time in ms */
function unpublished({ status, closes_at, result_visibility }, now) {
  if (result_visibility === "never") {
    return say("calm", phrase("unpublished.private_title"), phrase("unpublished.private"));
  }
  const open = closes_at ? phraseAt("unpublished", closes_at, now) : phrase("unpublished.open");
  return say("calm", phrase("unpublished.title"), status === "closed" ? phrase("unpublished.closed") : open);
}

/** The faults of a log. @type {Record<LogFlaw, () => string>} */
const FAULTS = {
  keys: () => phrase("faulty.keys"),
  checkpoint: () => phrase("faulty.checkpoint"),
  signature: () => phrase("faulty.signature"),
  key: () => phrase("faulty.key"),
  certificate: () => phrase("faulty.certificate"),
  unlisted: () => phrase("faulty.unlisted"),
  order: () => phrase("faulty.order"),
  missing: () => phrase("faulty.missing"),
  tree: () => phrase("faulty.tree"),
  proof: () => phrase("faulty.proof"),
};

/** @param {LogFlaw} flaw */
function faulty(flaw) {
  const title = phrase(flaw === "proof" ? "faulty.proof_title" : "faulty.title");
  return say("trouble", title, `${FAULTS[flaw]()} ${phrase("faulty.detail")}`);
}

/**
 * Return how a vote was found, for an interested reader.
 * @param {CheckOutcome|null} outcome
 * @returns {Figure[]}
 */
export function stepsOf(outcome) {
  if (outcome?.kind !== "counted" && outcome?.kind !== "proved") return [];
  const { signed, proof } = outcome;
  const { size, root } = proof.checkpoint;
  return [
    { name: phrase("steps.entry"), text: phrase("steps.place", { index: proof.index + 1, size }) },
    { name: phrase("steps.path"), text: phrase("steps.hashes", { n: proof.hashes.length }) },
    { name: phrase("steps.signature"), text: phrase(signed ? "steps.valid" : "steps.unchecked") },
    { name: phrase("steps.root"), text: base64Of(root) },
  ];
}

/**
 * Return the certified result in sentences, for quotation.
 * @param {PublicCertificate} certificate
 * @returns {string[]}
 */
export function certificateText(certificate) {
  const { opens_at, closes_at, invalid, recount } = certificate;
  return [
    resultText(certificate),
    opens_at
      ? phrase("certificate.times", { times: datesAndTimes(opens_at, closes_at) })
      : phrase("certificate.until", { to: dateAndTime(closes_at) }),
    phrase("certificate.recount", { day: dateAndTime(recount.finished_at) }),
    invalid ? phrase("certificate.invalid", { n: invalid }) : "",
    strength(certificate),
  ].filter(Boolean);
}

/** @param {PublicCertificate} certificate */
function resultText({ option_a, option_b, counts, total: n }) {
  const ahead = leader(counts);
  if (ahead === "none") return phrase("empty.detail");
  if (ahead === "tie") return phrase("certificate.tie", { n, a: option_a, b: option_b });
  const share = percents(counts);
  const labels = { a: option_a, b: option_b };
  const behind = ahead === "a" ? "b" : "a";
  return phrase("certificate.ahead", {
    n,
    option: labels[ahead],
    other: labels[behind],
    most: counts[ahead],
    least: counts[behind],
    most_share: percent(share[ahead]),
    least_share: percent(share[behind]),
  });
}
