// Signs of abuse in the selected poll: looked for when asked, since that reads the log, and shown as told.
import { abuseMessage } from "../logic/abuse.js";
import { block } from "./busy-buttons.js";
import { $, write } from "./dom.js";
import { drawFigures } from "./definition-list.js";
import { callSigned } from "./session.js";

export function drawAbuse(state) {
  const { tone, title, detail, figures } = abuseMessage(state.abuse[state.selected]);
  $("abuse").dataset.tone = tone;
  write($("abuse-title"), title);
  write($("abuse-detail"), detail);
  $("abuse-figures").hidden = figures.length === 0;
  drawFigures($("abuse-figures"), figures);
  write($("abuse-look"), figures.length ? "Check again" : "Check for abuse");
  block($("abuse-look"), state.busy.abuse);
}

/** Ask for the report of whatever poll is selected. */
export async function lookForAbuse(poll_id, dispatch) {
  const { body } = await callSigned("GET", `/admin/api/polls/${poll_id}/abuse`);
  dispatch({ type: "abuse", report: body });
}
