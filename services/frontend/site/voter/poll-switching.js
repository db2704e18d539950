// Switches to the next poll on the page of the active poll: after a message, or after a request at the end of this poll.
// The page of one poll's own link stays with it, and offers the open one once it has closed.
import { Failure } from "../api.js";
import { phaseOf, serverNow } from "../logic/clock.js";
import { now } from "../now.js";

/** @import { PollUpdate, VoterAction, VoterState } from "page-state" */

const POLL_INTERVAL_MS = 15_000; // a fallback: messages and the request at the end of a poll are faster
const CACHED_MS = 2_000; // a cached answer may be from before the end
const SPREAD_MS = 2_000; // spreads the requests of all pages

/**
 * Follow the active poll.
 * @param {object} options
 * @param {() => VoterState} options.state
 * @param {(action: VoterAction) => void} options.dispatch
 * @param {(pollId?: string) => Promise<void>} options.look fetches that poll, or the active or next one
 * @param {() => Promise<void>} options.lookBeside fetches the active poll, without switching to it
 */
export function followPolls({ state, dispatch, look, lookBeside }) {
  /** @type {string|null} Messages come in pairs, and one request is enough. */
  let asked = null;
  /** @type {string|null} The poll that a request was sent for at its end. */
  let ended = null;
  let looked = now();

  const quietly = () => (state().wanted ? lookBeside() : look()).catch(() => {});
  const isOver = () => {
    const { poll } = state();
    return !poll || phaseOf(poll, serverNow(state(), now())) === "closed";
  };

  /** Handle a message about another poll: it has opened, or will; or it is a draft again. @param {PollUpdate} message */
  async function heard({ poll_id, status, version }) {
    const { poll, previousPollIds, wanted } = state();
    if (poll_id === poll?.poll_id || previousPollIds.includes(poll_id)) return;
    if (wanted) {
      if (status === "open" && isOver()) quietly();
      return;
    }
    if (status !== "open") return dispatch({ type: "poll_removed", poll_id });
    const update = `${poll_id} ${version}`;
    if (asked === update) return;
    asked = update;
    await look(poll_id).catch((failure) => {
      asked = null; // the next message or request tries again
      if (failure instanceof Failure && failure.status === 404) dispatch({ type: "poll_removed", poll_id });
    });
  }

  function tick() {
    const time = now();
    if (state().next) dispatch({ type: "tick", now: time });
    const { poll, load } = state();
    if (load !== "ready" || !isOver()) {
      looked = time;
      return;
    }
    if (poll && ended !== poll.poll_id) {
      ended = poll.poll_id;
      setTimeout(quietly, CACHED_MS + Math.random() * SPREAD_MS);
    }
    if (time - looked < POLL_INTERVAL_MS) return;
    looked = time;
    if (!document.hidden) quietly();
  }

  return { heard, tick };
}
