// Asks for the counts where no socket brings them; where they are hidden, for the turnout that some polls tell.
import { publicApi } from "../api.js";

/**
 * @param {object|null} poll
 * @param {string|undefined} pass opens hidden counts to somebody who has voted
 * @param {(action: object) => void} dispatch
 */
export async function fetchResults(poll, pass, dispatch) {
  if (!poll) return;
  const { poll_id, result_visibility } = poll;
  try {
    const { body } = await (pass ? publicApi.voterResults(poll_id, pass) : publicApi.results(poll_id));
    dispatch({ type: "frame", frame: { ...body, type: "results" } });
  } catch (failure) {
    if (failure.slug !== "results-hidden") throw failure;
    dispatch({ type: "hidden", poll_id });
    if (!poll.show_turnout) return;
    const { body } = await publicApi.turnout(poll_id);
    dispatch({ type: "frame", frame: { ...body, type: "results_hidden", result_visibility } });
  }
}
