// Draws the presenter from its state. Text only, never markup; hidden counts are not in the page.

import { moveFigure } from "../animated-number.js";
import { $, describe, drawPicture, entitle, find, show, write } from "../dom.js";
import { COUNTDOWN_SECONDS, phaseOf, secondsUntil } from "../logic/clock.js";
import { percent as percentText, phrase, votes } from "../logic/i18n.js";
import { howToVote } from "../logic/policy-text.js";
import {
  countsShown,
  headlineOf,
  isPublic,
  may,
  mayClose,
  outcome,
  serverNow,
  turnOf,
  votersShown,
} from "../logic/present.js";
import { percents, shares } from "../logic/results.js";
import { liveWords } from "../logic/status-text.js";
import { qrPicture } from "../qr.js";

/** @import { AnyPoll, Phase, PresenterState } from "page-state" */

/** The phrase of each session. @type {Record<PresenterState["session"], string>} */
const AS = {
  loading: "",
  out: "present.as_out",
  in: "",
  presenting: "present.as_presenting",
  expired: "present.as_expired",
  roleless: "present.as_roleless",
};
const RULE = {
  always: "present.rule_always",
  after_vote: "present.rule_after_vote",
  after_close: "present.rule_after_close",
  never: "present.rule_never",
};
const CHOICES = /** @type {const} */ (["a", "b"]);
let drawnLink = "";

/** @param {PresenterState} state @param {number} now device time in ms */
export function draw(state, now) {
  const { poll } = state;
  const at = serverNow(state, now);
  const phase = poll ? phaseOf(poll, at) : "none";
  document.body.dataset.session = state.session;
  document.body.dataset.phase = phase;
  show($("waiting"), !poll);
  write($("waiting-title"), state.trouble?.title ?? phrase("present.next"));
  write($("waiting-detail"), state.trouble?.detail ?? "");
  show($("waiting-way"), Boolean(state.trouble?.unknown));
  show($("poll"), Boolean(poll));
  drawHead(state, at);
  if (poll && phase !== "none") drawPoll(state, poll, phase, at);
  drawJoin(poll, phase);
  drawControls(state, phase, at);
  show($("alert"), state.alert !== null);
  write($("alert-title"), state.alert?.title ?? "");
  write($("alert-detail"), state.alert?.detail ?? "");
  entitle(phrase("present.title", { question: poll?.question ?? "This or That" }));
}

/** @param {PresenterState} state @param {number} at server time in ms */
function drawHead(state, at) {
  const mode = navigator.onLine ? state.live : "offline";
  $("live").dataset.mode = mode;
  const { label, hint } = liveWords(mode);
  describe($("live"), "title", hint);
  write($("live-label"), label);
  const voted = votersShown(state, at);
  write($("voters"), voted === null ? "" : phrase("present.voted", { n: voted }));
  write($("audience"), state.audience === null ? "" : phrase("audience", { n: state.audience }));
}

/** @param {PresenterState} state @param {AnyPoll} poll @param {Phase} phase @param {number} at server time in ms */
function drawPoll(state, poll, phase, at) {
  const early = phase === "draft" || phase === "soon";
  const results = countsShown(state, at) && !early ? state.results : null;
  const shown = results !== null;
  const best = outcome(state, at);
  const share = results ? shares(results.counts) : { a: 0, b: 0 };
  const percent = results ? percents(results.counts) : { a: null, b: null };
  const { length } = poll.question;
  $("poll").dataset.length = length <= 40 ? "short" : length <= 90 ? "medium" : "long";
  $("poll").dataset.shown = String(shown);
  $("poll").dataset.final = String(best !== null);
  write($("question"), poll.question);
  for (const choice of CHOICES) {
    const bar = find($("bars"), `[data-choice="${choice}"]`);
    /** @param {string} name */
    const part = (name) => find(bar, `.${name}`);
    const { label } = poll.options[choice];
    write(part("label"), label);
    drawPicture(bar, part("track"), poll.options[choice].image);
    bar.dataset.length = label.length <= 14 ? "short" : label.length <= 36 ? "medium" : "long";
    moveFigure(part("percent"), percent[choice], percentText);
    moveFigure(part("count"), results ? results.counts[choice] : null, votes);
    bar.dataset.place = best === choice ? "most" : best === "a" || best === "b" ? "other" : "";
    bar.style.setProperty("--share", String(share[choice]));
  }
  const headline = headlineOf(state, at);
  show($("winner"), headline !== "");
  write($("winner"), headline);
  $("winner").dataset.choice = best ?? "";
  const { text, counting, urgent } = turnOf(state, at);
  write($("turn"), text);
  $("turn").dataset.counting = String(counting);
  $("turn").dataset.urgent = String(urgent);
  show($("veil"), !shown && !early);
  write($("veil"), phrase("present.hidden"));
}

/**
 * Draw where to vote: the address of the site if its voter's page shows this poll.
 * @param {AnyPoll|null} poll
 * @param {Phase|"none"} phase
 */
async function drawJoin(poll, phase) {
  const over = phase === "closed";
  show($("join"), !over);
  write($("join-title"), phrase(phase === "open" ? "present.vote_now" : "present.vote_here"));
  write($("how"), poll ? howToVote(poll.policy) : "");
  write($("link"), location.host);
  const link = poll && phase === "draft" ? `${location.origin}/?poll=${poll.poll_id}` : `${location.origin}/`;
  if (over || link === drawnLink) return;
  drawnLink = link;
  const { encode } = /** @type {typeof import("uqr")} */ (await import("../vendor/uqr.js"));
  $("qr").replaceChildren(qrPicture(link, encode));
}

/** @param {PresenterState} state @param {Phase|"none"} phase @param {number} at server time in ms */
function drawControls(state, phase, at) {
  const { poll, session } = state;
  const controls = session === "in" || session === "presenting";
  const shown = Boolean(poll) && countsShown(state, at);
  write($("as"), AS[session] && phrase(AS[session]));
  show($("sign-in"), session !== "loading" && session !== "in");
  const begun = phase === "open" || phase === "closed";
  show($("reveal"), begun && Boolean(state.results || controls));
  write($("reveal-text"), phrase(shown ? "present.hide_results" : "present.show_results"));
  show($("close"), mayClose(state) && (phase === "open" || phase === "soon"));
  $("close").disabled = (secondsUntil(poll?.closes_at, at) ?? Infinity) <= COUNTDOWN_SECONDS;
  show($("next"), state.next !== null && may(state, "polls.edit") && phase !== "soon");
  write($("next-text"), state.next ? phrase("present.next_is", { question: state.next.question }) : "");
  show($("enlarge"), phase !== "closed");
  const hidden = poll !== null && phase !== "none" && !isPublic(poll, phase);
  const rules = poll ? [phrase(RULE[poll.result_visibility]), hidden ? phrase("present.rule_hidden") : ""] : [];
  write($("rule"), rules.join(" "));
}

/** Announce a text to screen readers. @param {string} text */
export const say = (text) => write($("said"), text);
