// Draws the organiser's page from its state. Text only ever goes in as text.
import { moveFigure } from "../animated-number.js";
import { activePoll, selectedPoll, serverNow } from "../logic/admin.js";
import { liveWords } from "../logic/status-text.js";
import { aboutCodes } from "../logic/code-list.js";
import { votes } from "../logic/i18n.js";
import { percents, shares } from "../logic/results.js";
import { HINT, STATUS, isEarly, lifecycleOf, whenOf } from "../logic/poll-status.js";
import { drawAbuse } from "./abuse.js";
import { block } from "./busy-buttons.js";
import { $, describe, show, write } from "./dom.js";
import { drawExports } from "./exports.js";
import { drawForm } from "./form.js";
import { drawList } from "./history.js";
import { drawLiveStats } from "./live-stats.js";
import { drawRecount } from "./recount.js";
import { drawRuns } from "./repeats.js";
import { drawShare } from "./share.js";
import { drawSteps } from "./poll-actions.js";

const ONE_VOTE = { device: "One vote per browser", code: "One vote per code", network: "One vote per network" };
/** Both labels are as large as the longest word of them can be on a phone. */
const lengthOf = ({ a, b }) =>
  Math.max(...`${a.label} ${b.label}`.split(/\s+/).map((word) => word.length)) <= 8 ? "short" : "long";
const percentText = (whole) => `${whole} %`;

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

function drawLive(mode) {
  $("live").dataset.mode = mode;
  const { label, hint } = liveWords(mode);
  describe($("live"), "title", hint);
  write($("live-label"), label);
}

function drawLifecycle(state, now) {
  const poll = selectedPoll(state);
  show($("poll-details-empty"), !poll && state.listed);
  show($("poll-details-poll"), Boolean(poll));
  if (!poll) return;
  const at = serverNow(state, now);
  const phase = lifecycleOf(poll, at);
  const results = state.results[poll.poll_id] ?? null;
  $("poll-details").dataset.phase = phase;
  write($("poll-details-status"), STATUS[phase]);
  write($("poll-details-when"), whenOf(poll, phase, at, now));
  write($("poll-details-policy"), ONE_VOTE[poll.policy]);
  write($("poll-details-question"), poll.question);
  const share = results ? shares(results.counts) : { a: 0, b: 0 };
  const percent = results ? percents(results.counts) : null;
  for (const bar of $("bars").children) {
    const { choice } = bar.dataset;
    const part = (name) => bar.querySelector(`.${name}`);
    write(part("label"), poll.options[choice].label);
    bar.dataset.length = lengthOf(poll.options);
    moveFigure(part("percent"), percent ? percent[choice] : null, percentText);
    moveFigure(part("count"), results ? results.counts[choice] : null, votes);
    bar.style.setProperty("--share", share[choice]);
  }
  write($("poll-details-total"), totalOf(results, phase));
  const other = activePoll(state, now);
  show($("voter-link"), phase !== "draft");
  $("voter-link").href = poll === other ? "/" : `/?poll=${poll.poll_id}`;
  $("present-link").href = `/present/?poll=${poll.poll_id}`;
  write(
    $("poll-details-hint"),
    phase === "draft" && other ? `“${other.question}” is open. Close it before you open this one.` : HINT[phase],
  );
  drawSteps(state, poll, phase, at);
  show($("edit"), phase !== "archived");
  show($("again"), phase === "closed" || phase === "archived");
  drawShare(poll, phase);
  drawLiveStats(state, poll, phase, now);
  drawCodes(state, poll, phase);
  drawExports(state, poll, now);
  drawRuns(state, poll, at);
  show($("integrity"), !isEarly(phase));
  drawRecount(state, now);
  drawAbuse(state);
}

function drawCodes({ codes, busy }, poll, phase) {
  const made = codes[poll.poll_id];
  const lasts = phase !== "closed" && phase !== "archived";
  show($("codes"), poll.policy === "code" && (lasts || Boolean(made)));
  show($("codes-form"), lasts);
  show($("codes-made"), Boolean(made));
  write($("codes-detail"), aboutCodes(made));
  block($("codes-make"), busy.codes);
  block($("codes-print"), busy.sheet);
}

function totalOf(results, phase) {
  if (results)
    return phase === "closed" && results.status !== "closed"
      ? `${votes(results.total)}, counting the last…`
      : votes(results.total);
  return isEarly(phase) ? "" : "Waiting for the first count";
}
