// Draws the voter's page from its state. Text only, never markup.
import { $, describe, drawPicture, entitle, fieldOf, find, show, write } from "../dom.js";
import { phaseOf, serverNow } from "../logic/clock.js";
import { codeFoundIn, flawIn } from "../logic/code.js";
import { percent, phrase, questionOf, votes } from "../logic/i18n.js";
import { strength } from "../logic/policy-text.js";
import { linkToVerify } from "../logic/receipt-link.js";
import { leader, percents, shares } from "../logic/results.js";
import { beside, elsewhere, liveWords, total } from "../logic/status-text.js";
import { canVote, codeIn, isOpenElsewhere, preselectedIn, voteIn } from "../logic/voter.js";
import { voterMessage } from "../logic/voter-message.js";
import { orderOf } from "./option-order.js";

/** @import { Choice, Counts, PublicPoll } from "contracts" */
/** @import { Attempt, LiveMode, VoterMessage, Phase, VoterState } from "page-state" */

const CHOICES = /** @type {const} */ (["a", "b"]);
const SCREENS = /** @type {const} */ (["loading", "none", "unknown", "poll"]);
/** @type {Record<Choice, HTMLElement>} */
const options = { a: find(document, '[data-choice="a"]'), b: find(document, '[data-choice="b"]') };

/** @param {VoterState} state @param {number} now device time in ms */
export function draw(state, now) {
  const screen = screenOf(state);
  document.body.dataset.screen = screen;
  for (const name of SCREENS) show($(`screen-${name}`), name === screen);
  const mode = navigator.onLine ? state.live : "offline";
  drawLive(mode);
  write($("beside"), beside(state, mode));
  if (screen === "loading") drawTrouble(state);
  if (state.poll) drawPoll(state, state.poll, now);
  entitle(state.poll ? `${state.poll.question} · This or That` : "This or That");
}

/** @param {VoterState} state @returns {typeof SCREENS[number]} */
function screenOf({ load, poll }) {
  if (poll) return "poll";
  if (load === "ready") return "none";
  return load === "unknown" ? "unknown" : "loading";
}

/** @param {LiveMode|"offline"} mode */
function drawLive(mode) {
  const { label, hint } = liveWords(mode);
  $("live").dataset.mode = mode;
  describe($("live"), "title", hint);
  write($("live-label"), label);
}

/** @param {VoterState} state */
function drawTrouble({ load, trouble }) {
  const stuck = load === "trouble";
  write($("loading-title"), phrase(stuck ? "trouble.title" : "loading.title"));
  const why = trouble === "busy" ? "trouble.busy" : "trouble.unreachable";
  write($("loading-detail"), stuck ? phrase(why) : "");
}

/** @param {VoterState} state @param {PublicPoll} poll @param {number} now device time in ms */
function drawPoll(state, poll, now) {
  const { results } = state;
  const phase = phaseOf(poll, serverNow(state, now));
  const { mine, attempt, answer } = voteIn(state);
  const settled = Boolean(mine || answer?.kind === "other" || phase === "closed");
  const marked = settled ? null : preselectedIn(state);
  const screen = $("screen-poll");
  screen.dataset.phase = phase;
  screen.dataset.policy = poll.policy;
  screen.dataset.bars = String(settled && Boolean(results));
  screen.dataset.settled = String(settled);
  write($("question"), questionOf(poll));
  drawOrder(orderOf(poll) ?? "a");

  const share = results ? shares(results.counts) : { a: 0, b: 0 };
  const parts = results ? percents(results.counts) : null;
  const ahead = results ? leader(results.counts) : "none";
  const length = lengthOf(Math.max(...Object.values(poll.options).map(({ label }) => label.length)));
  for (const choice of CHOICES) {
    const button = options[choice];
    /** @param {string} name */
    const part = (name) => find(button, `.${name}`);
    const chosen = attempt ? attempt.choice === choice : mine?.choice === choice;
    write(part("label"), poll.options[choice].label);
    write(part("percent"), settled && parts ? percent(parts[choice]) : "");
    write(part("count"), settled && results ? votes(results.counts[choice]) : "");
    write(part("mark"), markOf(chosen, attempt, ahead === choice && results?.status === "closed", marked === choice));
    button.dataset.marked = String(marked === choice);
    button.dataset.length = length;
    drawPicture(button, part("fill"), poll.options[choice].image);
    button.style.setProperty("--share", String(settled && results ? share[choice] : 0));
    button.setAttribute("aria-pressed", String(Boolean(chosen)));
    button.setAttribute("aria-disabled", String(!canVote(state, now)));
    button.dataset.sending = String(Boolean(attempt && chosen));
  }
  drawCode(state, poll, phase);
  drawTally(state, phase, share);
  drawMessage(voterMessage(state, now), poll);
  show($("certificate-link"), phase === "closed" && poll.result_visibility !== "never");
  describe($("certificate-link"), "href", `/verify?poll=${poll.poll_id}`);
  write($("strength"), strength(poll));
  show($("other"), isOpenElsewhere(state, now));
  write($("elsewhere"), elsewhere(state.elsewhere));
}

/** Put an option first, in the document and so for the eye, the keyboard and a screen reader. @param {Choice} first */
function drawOrder(first) {
  const { dataset, firstElementChild } = $("options");
  dataset.first = first;
  if (firstElementChild !== options[first]) $("options").prepend(options[first], find($("options"), ".or"));
}

/**
 * Draw the field for the code; after a vote, the button for another code in its place.
 * @param {VoterState} state
 * @param {PublicPoll} poll
 * @param {Phase} phase
 */
function drawCode(state, poll, phase) {
  const { mine, attempt, answer } = voteIn(state);
  const asked = poll.policy === "code" && phase !== "closed";
  const parts = [$("code-form"), $("code-used")];
  const inside = parts.find((part) => part.contains(document.activeElement));
  show($("code-form"), asked && !mine);
  show($("code-used"), asked && Boolean(mine));
  if (inside?.hidden) $("question").focus(); // the hidden part had the focus
  const field = $("code");
  if (field.value !== codeIn(state)) field.value = codeIn(state);
  field.readOnly = Boolean(attempt);
  field.setAttribute("aria-invalid", String(["no_code", "short_code", "invalid_code"].includes(answer?.kind ?? "")));
}

/** @param {boolean} chosen @param {Attempt|null} attempt @param {boolean} won @param {boolean} marked */
function markOf(chosen, attempt, won, marked) {
  if (marked) return `○ ${phrase("mark.chosen")}`;
  if (chosen && attempt) return phrase("mark.sending");
  return [chosen && `✓ ${phrase("mark.yours")}`, won && `★ ${phrase("mark.won")}`].filter(Boolean).join(" · ");
}

/** Return the size of both labels, by the longer one. @param {number} most */
const lengthOf = (most) => (most <= 8 ? "short" : most <= 28 ? "medium" : "long");

/** @param {VoterState} state @param {Phase} phase @param {Counts} share */
function drawTally(state, phase, share) {
  const { results } = state;
  const tug = $("tug");
  tug.dataset.empty = String(!results || results.total === 0);
  tug.style.setProperty("--a-share", String(results && results.total > 0 ? share.a : 0.5));
  write($("total"), total(state, phase));
}

/** @param {VoterMessage} message @param {PublicPoll} poll */
function drawMessage({ tone, title, detail, ticker, receipt }, { poll_id }) {
  $("message").dataset.tone = tone;
  write($("message-title"), title);
  write($("message-detail"), detail);
  write($("ticker"), ticker);
  show($("receipt"), receipt !== null);
  write($("receipt-code"), receipt ?? "");
  describe($("receipt-check"), "href", linkToVerify(poll_id, receipt ?? ""));
}

/** @param {(choice: Choice) => void} handle */
export function onChoice(handle) {
  for (const choice of CHOICES) {
    const button = options[choice];
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") !== "true") handle(choice);
    });
  }
}

/** @param {(code: string) => void} handle */
export function onCode(handle) {
  $("code").addEventListener("input", (event) => handle(codeFoundIn(fieldOf(event).value)));
  $("code").addEventListener("paste", (event) => {
    const found = codeFoundIn(event.clipboardData?.getData("text") ?? ""); // the field would lose its line breaks
    if (flawIn(found)) return;
    event.preventDefault();
    handle(found);
  });
  $("code-form").addEventListener("submit", (event) => {
    event.preventDefault();
    options.a.focus();
  });
}

/** @param {() => void} handle */
export const onAnotherCode = (handle) => $("another-code").addEventListener("click", handle);

export const askForCode = () => $("code").focus();

export const languageList = $("language");

/** Announce a text to screen readers. @param {string} text */
export const say = (text) => write($("summary"), text);
