// The abuse report of the selected poll. It is requested only on demand, since it reads the vote log.
import { abuseMessage } from "../logic/abuse.js";
import { block } from "./busy-buttons.js";
import { drawFigures } from "./definition-list.js";
import { $, write } from "./dom.js";
import { callSigned } from "./session.js";

/** @import { AbuseReport } from "contracts" */
/** @import { AdminDispatch, AdminState, Reply } from "page-state" */

/** @param {AdminState} state */
export function drawAbuse(state) {
  const { tone, title, detail, figures } = abuseMessage(state.abuse[state.selected ?? ""]);
  $("abuse").dataset.tone = tone;
  write($("abuse-title"), title);
  write($("abuse-detail"), detail);
  $("abuse-figures").hidden = figures.length === 0;
  drawFigures($("abuse-figures"), figures);
  write($("abuse-look"), figures.length ? "Check again" : "Check for abuse");
  block($("abuse-look"), state.busy.abuse);
}

/** Request the abuse report of a poll. @param {string} poll_id @param {AdminDispatch} dispatch */
export async function fetchAbuseReport(poll_id, dispatch) {
  /** @type {Reply<AbuseReport>} */
  const { body } = await callSigned("GET", `/admin/api/polls/${poll_id}/abuse`);
  dispatch({ type: "abuse", report: body });
}
