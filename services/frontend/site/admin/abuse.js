// Signs of abuse in the selected poll: looked for when asked, since that reads the log, and shown as told.
import { selectedPoll } from "../logic/admin.js";
import { abuseMessage } from "../logic/abuse.js";
import { isEarly, stageOf } from "../logic/stage.js";
import { block } from "./blocked.js";
import { $ } from "./dom.js";
import { callSigned } from "./session.js";

export function drawAbuse(state, at) {
  const poll = selectedPoll(state);
  $("abuse").hidden = isEarly(stageOf(poll, at));
  const { tone, title, detail, figures } = abuseMessage(state.abuse[poll.poll_id]);
  $("abuse").dataset.tone = tone;
  for (const [id, text] of [["abuse-title", title], ["abuse-detail", detail]]) {
    if ($(id).textContent !== text) $(id).textContent = text;
  }
  $("abuse-figures").hidden = figures.length === 0;
  drawFigures($("abuse-figures"), figures);
  const label = figures.length ? "Look again" : "Look";
  if ($("abuse-look").textContent !== label) $("abuse-look").textContent = label;
  block($("abuse-look"), state.busy.abuse);
}

function drawFigures(list, figures) {
  while (list.children.length > 2 * figures.length) list.lastElementChild.remove();
  while (list.children.length < 2 * figures.length) {
    list.append(document.createElement("dt"), document.createElement("dd"));
  }
  figures.forEach(({ name, text }, position) => {
    const [term, description] = [list.children[2 * position], list.children[2 * position + 1]];
    if (term.textContent !== name) term.textContent = name;
    if (description.textContent !== text) description.textContent = text;
  });
}

/** Ask for the report of whatever poll is selected. */
export async function lookForAbuse(poll_id, dispatch) {
  const { body } = await callSigned("GET", `/admin/api/polls/${poll_id}/abuse`);
  dispatch({ type: "abuse", report: body });
}
