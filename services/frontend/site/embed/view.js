// Draws an embedded poll from its state into the markup of the server. Text only, never markup.
import { $, describe, entitle, find, show, write } from "../dom.js";
import { embedTexts } from "../logic/embed.js";
import { percent, questionOf, votes } from "../logic/i18n.js";
import { leader, percents, shares } from "../logic/results.js";
import { beside, liveWords } from "../logic/status-text.js";

/** @import { PublicPoll } from "contracts" */
/** @import { VoterState } from "page-state" */

/** @type {HTMLAnchorElement[]} */
const choices = [...document.querySelectorAll("a")].filter(({ dataset }) => dataset.choice);
const pollId = document.body.dataset.poll ?? "";

/** @param {VoterState} state @param {number} now device time in ms */
export function draw(state, now) {
  const mode = navigator.onLine ? state.live : "offline";
  const { label, hint } = liveWords(mode);
  $("live").dataset.mode = mode;
  describe($("live"), "title", hint);
  write($("live-label"), label);
  if (!state.poll && state.load !== "unknown") return;
  const { phase, ...words } = embedTexts(state, now);
  document.body.dataset.phase = phase;
  write($("title"), words.title);
  write($("detail"), words.detail);
  write($("ticker"), words.ticker);
  write($("total"), words.total);
  show($("title"), phase !== "gone"); // it is shown in place of the question
  write($("beside"), phase === "gone" ? "" : beside(state, mode));
  show($("choices"), phase !== "gone");
  show($("live"), phase !== "gone");
  show($("more"), phase !== "gone");
  const { poll } = state;
  if (phase === "gone" || !poll) return write($("question"), words.title);
  write($("question"), questionOf(poll));
  entitle(poll.question);
  for (const element of choices) drawChoice(element, { ...state, poll }, phase);
}

/** @param {HTMLAnchorElement} element @param {VoterState & {poll: PublicPoll}} state @param {string} phase */
function drawChoice(element, { poll, results }, phase) {
  const choice = element.dataset.choice === "a" ? "a" : "b";
  /** @param {string} name */
  const part = (name) => find(element, `.${name}`);
  const won = phase === "closed" && results?.status === "closed" && leader(results.counts) === choice;
  write(part("label"), poll.options[choice].label);
  write(part("percent"), results ? percent(percents(results.counts)[choice]) : "");
  write(part("count"), results ? votes(results.counts[choice]) : "");
  element.style.setProperty("--share", String(results ? shares(results.counts)[choice] : 0));
  element.dataset.won = String(won);
  show(part("go"), phase === "open");
  if (phase !== "open") element.removeAttribute("href");
  else if (!element.hasAttribute("href")) lead(element, { choice });
}

/**
 * Set a link to the voter's page, in the language of this embed. It opens a tab that this page cannot control.
 * @param {HTMLAnchorElement} element
 * @param {Record<string, string>} more
 */
function lead(element, more) {
  const lang = new URLSearchParams(location.search).get("lang");
  element.href = `/?${new URLSearchParams({ poll: pollId, ...more, ...(lang && { lang }) })}`;
  Object.assign(element, { target: "_blank", rel: "noopener" });
}

/** Add the language to the links: the markup of the server has none. */
export function keepLanguage() {
  lead(/** @type {HTMLAnchorElement} */ ($("more")), {}); // on the dashboard it is a button
  for (const element of choices)
    if (element.hasAttribute("href")) lead(element, { choice: element.dataset.choice ?? "" });
}
