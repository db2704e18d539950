// Draws a poll's frame from its state, into what the page came with. Text only ever goes in as text.
import { $, describe, entitle, show, write } from "../dom.js";
import { beside, liveWords } from "../logic/status-text.js";
import { frameWords } from "../logic/embed.js";
import { percent, votes } from "../logic/i18n.js";
import { leader, percents, shares } from "../logic/results.js";

const choices = [...document.querySelectorAll("[data-choice]")];
const pollId = document.body.dataset.poll;

export function draw(state, now) {
  const mode = navigator.onLine ? state.live : "offline";
  const { label, hint } = liveWords(mode);
  $("live").dataset.mode = mode;
  describe($("live"), "title", hint);
  write($("live-label"), label);
  if (!state.poll && state.load !== "unknown") return;
  const { phase, ...words } = frameWords(state, now);
  document.body.dataset.phase = phase;
  for (const [id, text] of Object.entries(words)) write($(id), text);
  show($("title"), phase !== "gone"); // it stands in the place of the question
  write($("beside"), phase === "gone" ? "" : beside(state, mode));
  for (const name of ["choices", "live", "more"]) show($(name), phase !== "gone");
  if (phase === "gone") return write($("question"), words.title);
  write($("question"), state.poll.question);
  entitle(state.poll.question);
  for (const choice of choices) drawChoice(choice, state, phase);
}

function drawChoice(element, { poll, results }, phase) {
  const { choice } = element.dataset;
  const part = (name) => element.querySelector(`.${name}`);
  const won = phase === "closed" && results?.status === "closed" && leader(results.counts) === choice;
  write(part("label"), poll.options[choice].label);
  write(part("percent"), results ? percent(percents(results.counts)[choice]) : "");
  write(part("count"), results ? votes(results.counts[choice]) : "");
  element.style.setProperty("--share", results ? shares(results.counts)[choice] : 0);
  element.dataset.won = String(won);
  show(part("go"), phase === "open");
  if (phase !== "open") element.removeAttribute("href");
  else if (!element.hasAttribute("href")) lead(element, { choice });
}

/** A link to our own page, in a tab of its own that this one cannot steer; in the language that this frame was asked for in. */
function lead(element, more) {
  const lang = new URLSearchParams(location.search).get("lang");
  element.href = `/?${new URLSearchParams({ poll: pollId, ...more, ...(lang && { lang }) })}`;
  Object.assign(element, { target: "_blank", rel: "noopener" });
}

/** What the page came with knows no language. */
export function keepLanguage() {
  lead($("more"), {});
  for (const element of choices) if (element.hasAttribute("href")) lead(element, { choice: element.dataset.choice });
}
