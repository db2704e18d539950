// The page that checks receipts: its state, its messages, and the text of a certificate.
import { afterEach, describe, expect, test } from "bun:test";
import german from "../../site/locales/de.json";
import { speak } from "../../site/logic/i18n.js";
import { linkToVerify } from "../../site/logic/receipt-link.js";
import { initialState, isAwaited, reduce } from "../../site/logic/verify.js";
import { certificateText, outcomeMessage, stepsOf } from "../../site/logic/verify-text.js";
import ownGerman from "../../site/verify/locales/de.json";
import english from "../../site/verify/locales/en.js";
import { folded } from "./polls.js";
import { CERTIFIED_AT, certificateOf, POLL } from "./published-log.js";

const RECEIPT = "5NRH-CGNQ-4TR4-80A7";
const NOW = Date.parse(CERTIFIED_AT);
const CERTIFICATE = certificateOf(213, "", { counts: { a: 128, b: 85 } });
const PROOF = { index: 138, hashes: [1, 2, 3], checkpoint: { size: 213, root: Uint8Array.of(1) } };
const at = (path) => initialState(new URL(path, "https://vote.example"));
const found = (outcome) => reduce(reduce(at("/verify"), { type: "started" }), { type: "found", check: 1, outcome });
const poll = (facts) => ({
  kind: "unpublished",
  poll: { status: "closed", closes_at: null, result_visibility: "always", ...facts },
});

afterEach(() => speak("en", "en", english));
speak("en", "en", english);

describe("the address", () => {
  test("of the voter's page names the poll and the receipt", () => {
    expect(at(linkToVerify(POLL, RECEIPT))).toMatchObject({ poll: POLL, text: RECEIPT, outcome: null, busy: false });
  });

  test("of a certificate names the poll alone", () => {
    expect(at(`/verify?poll=${POLL}`)).toMatchObject({ poll: POLL, text: "" });
  });

  test("with a damaged receipt keeps it for correction", () => {
    expect(at("/verify#receipt=5nrh-cgnq")).toMatchObject({ poll: null, text: "5nrh-cgnq" });
  });
});

describe("a state", () => {
  const certified = { type: "found", check: 1, outcome: { kind: "certified", certificate: CERTIFICATE } };
  const start = folded(reduce, at(`/verify?poll=${POLL}`), { type: "started" }, certified);

  test("takes the receipt and the poll out of a pasted link", () => {
    expect(start.certificate).toBe(CERTIFICATE);
    expect(outcomeMessage(start, NOW).title).toBe("");
    const pasted = reduce(start, {
      type: "typed",
      text: `https://vote.example${linkToVerify("0".repeat(26), RECEIPT)}`,
    });
    expect(pasted).toMatchObject({ text: RECEIPT, poll: "0".repeat(26), certificate: null });
    expect(reduce(start, { type: "typed", text: RECEIPT })).toMatchObject({ poll: POLL, certificate: CERTIFICATE });
  });

  test("ignores the outcome of a check after which something was typed", () => {
    const checking = folded(reduce, start, { type: "started" });
    expect(checking.busy).toBe(true);
    const typed = reduce(checking, { type: "typed", text: "other" });
    expect(reduce(typed, { type: "found", check: checking.check, outcome: { kind: "unknown" } })).toBe(typed);
    expect(typed).toMatchObject({ busy: false, outcome: null });
  });

  test("shows the certificate of the log in which a receipt was found", () => {
    expect(found({ kind: "counted", certificate: CERTIFICATE }).certificate).toBe(CERTIFICATE);
    expect(found({ kind: "counted", certificate: null }).certificate).toBeNull();
  });

  test("searches everywhere without a poll, and takes no late certificate then", () => {
    const everywhere = reduce(start, { type: "everywhere" });
    expect(everywhere).toMatchObject({ poll: null, certificate: null });
    expect(reduce(everywhere, certified)).toBe(everywhere);
  });

  test("keeps its message while the page looks again by itself", () => {
    const again = reduce(found(poll({})), { type: "started", quiet: true });
    expect(again).toMatchObject({ busy: false, outcome: { kind: "unpublished" }, check: 2 });
  });

  test("waits for the log of a closed poll alone", () => {
    expect(isAwaited(poll({}))).toBe(true);
    for (const other of [null, poll({ status: "open" }), poll({ result_visibility: "never" }), { kind: "unknown" }]) {
      expect(isAwaited(other)).toBe(false);
    }
  });
});

describe("the message about a receipt", () => {
  const say = (outcome) => outcomeMessage(found(outcome), NOW);

  const MESSAGES = [
    [{ kind: "counted", signed: true, certificate: CERTIFICATE, proof: PROOF }, "good", "Counted", "“Tea or coffee?”"],
    [{ kind: "counted", signed: true, certificate: null, proof: PROOF }, "good", "Counted", "have been deleted"],
    [
      { kind: "counted", signed: false, certificate: null, proof: PROOF },
      "firm",
      "In the log, signature",
      "newer browser",
    ],
    [{ kind: "proved", signed: true, proof: PROOF, own: null }, "good", "The proof is valid", "number 139 of 213"],
    [{ kind: "proved", signed: true, proof: PROOF, own: true }, "good", "The proof is valid", "of the receipt above"],
    [{ kind: "proved", signed: true, proof: PROOF, own: false }, "firm", "The proof is valid", "It is not the proof"],
    [{ kind: "proved", signed: false, proof: PROOF, own: true }, "firm", "In the log, signature", "matches its log"],
    [{ kind: "absent" }, "firm", "Not in this log", "another poll"],
    [{ kind: "absent_all" }, "firm", "Not in these logs", "newest results"],
    [{ kind: "mistyped", flaw: "empty", count: 0 }, "trouble", "Type your receipt first", "four groups"],
    [
      { kind: "mistyped", flaw: "length", count: 7 },
      "trouble",
      "This is not a whole receipt",
      "has 16 letters and digits; this has 7",
    ],
    [{ kind: "mistyped", flaw: "check", suggestion: null }, "trouble", "This receipt is mistyped", "is wrong"],
    [poll({ status: "open" }), "calm", "Not published yet", "Voting is open."],
    [poll({ status: "open", closes_at: CERTIFIED_AT }), "calm", "Not published yet", "Voting closes at 6:22"],
    [poll({}), "calm", "Not published yet", "looks again by itself"],
    [poll({ result_visibility: "never" }), "calm", "No public log", "are not public"],
    [{ kind: "faulty", flaw: "missing" }, "trouble", "The published log is faulty", "which may well be counted"],
    [{ kind: "faulty", flaw: "proof" }, "trouble", "This proof is not valid", "damaged"],
    [{ kind: "unknown" }, "trouble", "We cannot find this poll", ""],
    [{ kind: "no_results" }, "trouble", "No results are published yet", ""],
    [{ kind: "no_proof" }, "trouble", "This is not a proof", ""],
    [{ kind: "nothing_scanned" }, "trouble", "No receipt in this picture", ""],
    [{ kind: "uncheckable" }, "trouble", "This browser cannot check", "https"],
    [{ kind: "unreachable" }, "trouble", "No connection", "cannot tell"],
  ];
  test.each(MESSAGES.map((row) => [row.slice(2).join(": "), ...row]))(
    "is plain: %s",
    (_, outcome, tone, title, detail) => {
      const said = say(outcome);
      expect(said.tone).toBe(tone);
      expect(said.title).toStartWith(title);
      expect(said.detail).toContain(detail);
    },
  );

  test("names each fault of a log, and says of none that a vote is not counted", () => {
    const flaws = ["keys", "checkpoint", "signature", "key", "certificate", "unlisted", "order", "missing", "tree"];
    const texts = flaws.map((flaw) => say({ kind: "faulty", flaw }).detail);
    expect(new Set(texts).size).toBe(flaws.length);
    for (const text of texts) expect(text).toEndWith(english["faulty.detail"]);
  });

  test("offers the next step", () => {
    expect(say({ kind: "absent" }).offer).toBe("all");
    expect(say({ kind: "unreachable" }).offer).toBe("again");
    expect(say({ kind: "mistyped", flaw: "check", suggestion: RECEIPT })).toMatchObject({
      suggestion: RECEIPT,
      detail: english["mistyped.likely"],
    });
  });

  test("is short before and during a check", () => {
    expect(outcomeMessage(at("/verify"), NOW).title).toBe("");
    expect(outcomeMessage(reduce(at("/verify"), { type: "started" }), NOW)).toMatchObject({
      tone: "busy",
      title: "Checking…",
    });
  });

  test("has the steps of a check that found a vote", () => {
    expect(stepsOf({ kind: "absent" })).toEqual([]);
    expect(stepsOf(null)).toEqual([]);
    const texts = (signed) => stepsOf({ kind: "counted", signed, proof: PROOF }).map(({ text }) => text);
    expect(texts(true)).toEqual(["139 of 213, sorted by hash", "3 hashes up to the root", "valid", "AQ=="]);
    expect(texts(false)[2]).toBe("not checked");
  });
});

describe("the text of a certificate", () => {
  const text = (more) => certificateText({ ...CERTIFICATE, ...more });

  test("states the result, the times, the recount and the policy", () => {
    expect(text({})).toEqual([
      "“Tea” won with 128 of 213 votes (60%); “Coffee” has 85 (40%).",
      expect.stringMatching(/^Voting was open: May 4, 2026.*\.$/),
      expect.stringMatching(/^On May 4, 2026.*, all votes were counted a second time\. Both counts agree\.$/),
      "One vote per person, checked per browser.",
    ]);
  });

  test("names a tie, a poll without votes, and the second option as the winner", () => {
    expect(text({ counts: { a: 2, b: 2 }, total: 4 })[0]).toBe("A tie: of 4 votes, “Tea” and “Coffee” have half each.");
    expect(text({ counts: { a: 0, b: 0 }, total: 0 })[0]).toBe("There were no votes.");
    expect(text({ counts: { a: 0, b: 1 }, total: 1 })[0]).toBe(
      "“Coffee” won with 1 of 1 vote (100%); “Tea” has 0 (0%).",
    );
  });

  test("names what was not counted, and a poll whose opening is unknown", () => {
    const [, times, , invalid] = text({ opens_at: null, invalid: 2 });
    expect(times).toMatch(/^Voting closed on May 4, 2026/);
    expect(invalid).toBe("2 unreadable records were not counted.");
  });

  test("has the numbers of the reader's language", () => {
    speak("de", "de-DE", { ...german, ...ownGerman });
    expect(text({ counts: { a: 12_800, b: 8500 }, total: 21_300 })[0]).toContain("12.800");
  });
});
