// The list of polls, filtered and sorted.
import { serverNow } from "../logic/admin.js";
import { percent } from "../logic/i18n.js";
import { filteredPolls } from "../logic/poll-list.js";
import { lifecycleOf, STATUS, whenOf } from "../logic/poll-status.js";
import { percents } from "../logic/results.js";
import { block } from "./busy-buttons.js";
import { $, find, show, write } from "./dom.js";
import { nextDraft } from "./next.js";

/** @import { Poll } from "contracts" */
/** @import { AdminState, Lifecycle } from "page-state" */

/**
 * Return the status that a poll is found by: one that opens in two seconds still counts as scheduled.
 * @param {Lifecycle} lifecycle
 */
const filterStatusOf = (lifecycle) => (lifecycle === "soon" ? "scheduled" : lifecycle);

/**
 * Draw the list of polls. Its elements are reused, so that the focus stays.
 * @param {AdminState} state
 * @param {number} now device time in ms
 */
export function drawList(state, now) {
  const at = serverNow(state, now);
  const polls = filteredPolls(state.polls, state.wanted, (poll) => filterStatusOf(lifecycleOf(poll, at)));
  const next = nextDraft(state);
  const list = $("list");
  while (list.children.length > polls.length) list.lastElementChild?.remove();
  while (list.children.length < polls.length) list.append(newItem());
  polls.forEach((poll, position) => {
    const button = find(list.children[position], "button");
    const phase = lifecycleOf(poll, at);
    button.dataset.pollId = poll.poll_id;
    button.setAttribute("aria-current", String(poll.poll_id === state.selected));
    const [chip, question, options, when] = button.querySelectorAll("span");
    chip.dataset.phase = phase;
    write(chip, STATUS[phase]);
    write(question, poll.question);
    write(options, `${poll.options.a.label} or ${poll.options.b.label}`);
    write(
      when,
      [poll === next ? "Up next" : "", whenOf(poll, phase, at, now), resultOf(state, poll)].filter(Boolean).join(" · "),
    );
  });
  const none = state.polls.length === 0 ? "No polls yet." : "No match in the loaded polls. Load older ones.";
  show($("list-empty"), state.listed && polls.length === 0);
  write($("list-empty"), none);
  show($("more"), state.next_cursor !== null);
  block($("more"), state.busy.more);
}

/** Return the shares of a poll whose result this page has; the list itself brings none. @param {AdminState} state @param {Poll} poll */
function resultOf({ results }, { poll_id }) {
  const known = results[poll_id];
  if (!known?.total) return "";
  const share = percents(known.counts);
  return `${percent(share.a)} : ${percent(share.b)}`;
}

function newItem() {
  const [item, button] = [document.createElement("li"), document.createElement("button")];
  button.type = "button";
  for (const name of ["chip", "item-question", "item-options", "item-when"]) {
    const part = document.createElement("span");
    part.className = name;
    part.dir = "auto";
    button.append(part);
  }
  item.append(button);
  return item;
}
