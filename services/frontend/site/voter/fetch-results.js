// Fetches the results without a WebSocket; the turnout of polls that show it while results are hidden.
import { Failure, publicApi } from "../api.js";

/** @import { PublicPoll } from "contracts" */
/** @import { VoterAction } from "page-state" */

/**
 * Fetch the results of a poll; its turnout where they are hidden.
 * @param {PublicPoll|null} poll
 * @param {string|undefined} pass gives access to hidden results after a vote
 * @param {(action: VoterAction) => void} dispatch
 */
export async function fetchResults(poll, pass, dispatch) {
  if (!poll) return;
  const { poll_id, result_visibility } = poll;
  try {
    const { body } = await (pass ? publicApi.voterResults(poll_id, pass) : publicApi.results(poll_id));
    dispatch({ type: "message", message: { ...body, type: "results" } });
  } catch (failure) {
    if (!(failure instanceof Failure) || failure.slug !== "results-hidden") throw failure;
    dispatch({ type: "hidden", poll_id });
    if (!poll.show_turnout) return;
    const { body } = await publicApi.turnout(poll_id);
    dispatch({ type: "message", message: { ...body, type: "results_hidden", result_visibility } });
  }
}
