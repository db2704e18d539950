// Draws the dashboard from its state. Text only, never markup.
import { moveFigure } from "../animated-number.js";
import { activePoll, selectedPoll, serverNow } from "../logic/admin.js";
import { codesHint } from "../logic/codes.js";
import { number, percent, votes } from "../logic/i18n.js";
import { ONE_VOTE_PER } from "../logic/policy-text.js";
import { hintOf, isEarly, lifecycleOf, STATUS, whenOf } from "../logic/poll-status.js";
import { effectText } from "../logic/position-effect.js";
import { percents, shares } from "../logic/results.js";
import { presenterLinkOf } from "../logic/share.js";
import { liveWords } from "../logic/status-text.js";
import { drawAbuse } from "./abuse.js";
import { block } from "./busy-buttons.js";
import { $, describe, drawPicture, find, show, write } from "./dom.js";
import { drawExports } from "./exports.js";
import { drawForm } from "./form.js";
import { drawLiveStats } from "./live-stats.js";
import { drawNext } from "./next.js";
import { drawActions } from "./poll-actions.js";
import { drawList } from "./poll-list.js";
import { drawRecount } from "./recount.js";
import { drawRepeats } from "./repeats.js";
import { drawShare } from "./share.js";

/** @import { Options, Poll } from "contracts" */
/** @import { AdminState, Lifecycle, LiveMode, ResultsUpdate } from "page-state" */

const CHOICES = /** @type {const} */ (["a", "b"]);
/** Return the size of both labels, by the longest word in them. @param {Options} options */
const lengthOf = ({ a, b }) =>
  Math.max(...`${a.label} ${b.label}`.split(/\s+/).map((word) => word.length)) <= 8 ? "short" : "long";

/** @param {AdminState} state @param {number} now device time in ms */
export function draw(state, now) {
  const inside = state.session === "in" || state.session === "expired";
  document.body.dataset.session = state.session;
  show($("welcome"), state.session === "out");
  show($("dashboard"), inside && state.role !== "none");
  show($("roleless"), inside && state.role === "none");
  write($("roleless-name"), state.username);
  show($("expired"), state.session === "expired");
  show($("alert"), state.alert !== null);
  write($("alert-title"), state.alert?.title ?? "");
  write($("alert-detail"), state.alert?.detail ?? "");
  write($("who"), inside ? state.name : "");
  drawLive(navigator.onLine ? state.live : "offline");
  if (!inside) return;
  drawLifecycle(state, now);
  drawForm(state, serverNow(state, now));
  drawList(state, now);
}

/** @param {LiveMode|"offline"} mode */
function drawLive(mode) {
  $("live").dataset.mode = mode;
  const { label, hint } = liveWords(mode);
  describe($("live"), "title", hint);
  write($("live-label"), label);
}

/** @param {AdminState} state @param {number} now device time in ms */
function drawLifecycle(state, now) {
  const poll = selectedPoll(state);
  show($("details-empty"), !poll && state.listed);
  show($("details-poll"), Boolean(poll));
  if (!poll) return;
  const at = serverNow(state, now);
  const phase = lifecycleOf(poll, at);
  const results = state.results[poll.poll_id] ?? null;
  $("poll-details").dataset.phase = phase;
  write($("details-status"), STATUS[phase]);
  write($("details-when"), whenOf(poll, phase, at, now));
  write($("details-policy"), `One vote per ${ONE_VOTE_PER[poll.policy]}`);
  write($("details-question"), poll.question);
  const share = results ? shares(results.counts) : { a: 0, b: 0 };
  const whole = results ? percents(results.counts) : null;
  for (const choice of CHOICES) {
    const bar = find($("bars"), `[data-choice="${choice}"]`);
    /** @param {string} name */
    const part = (name) => find(bar, `.${name}`);
    write(part("label"), poll.options[choice].label);
    drawPicture(bar, part("track"), poll.options[choice].image);
    bar.dataset.length = lengthOf(poll.options);
    moveFigure(part("percent"), whole ? whole[choice] : null, percent);
    moveFigure(part("count"), results ? results.counts[choice] : null, votes);
    bar.style.setProperty("--share", String(share[choice]));
  }
  write($("details-total"), totalOf(results, phase, state.audience));
  write($("details-effect"), effectText(state.effects[poll.poll_id]));
  const other = activePoll(state, now);
  show($("voter-link"), phase !== "draft");
  $("voter-link").href = poll === other ? "/" : `/?poll=${poll.poll_id}`;
  $("present-link").href = presenterLinkOf(poll.poll_id);
  write($("details-hint"), hintOf(phase, other));
  drawActions(state, poll, phase, at);
  drawNext(state, poll, phase);
  show($("edit"), phase !== "archived");
  drawShare(poll, phase);
  drawLiveStats(state, poll, phase, now);
  drawCodes(state, poll, phase);
  drawExports(state, poll, now);
  drawRepeats(state, poll, at);
  show($("integrity"), !isEarly(phase));
  drawRecount(state, now);
  drawAbuse(state);
}

/** @param {AdminState} state @param {Poll} poll @param {Lifecycle} phase */
function drawCodes({ codes, busy }, poll, phase) {
  const made = codes[poll.poll_id];
  const lasts = phase !== "closed" && phase !== "archived";
  show($("codes"), poll.policy === "code" && (lasts || Boolean(made)));
  show($("codes-form"), lasts);
  show($("codes-made"), Boolean(made));
  write($("codes-detail"), codesHint(made));
  block($("codes-make"), busy.codes);
  block($("codes-print"), busy.sheet);
}

/** @param {ResultsUpdate|null} results @param {Lifecycle} phase @param {number|null} audience */
function totalOf(results, phase, audience) {
  if (phase === "open" && !results?.total)
    return audience === null
      ? "Waiting for the first vote"
      : `Waiting for the first vote · ${number(audience)} watching`;
  if (results)
    return phase === "closed" && results.status !== "closed"
      ? `${votes(results.total)}, counting the last…`
      : votes(results.total);
  return isEarly(phase) ? "" : "Waiting for the first count";
}
