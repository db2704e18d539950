// Goes on to the next poll, on the page that shows whichever is open: told by a frame, or by a look when this one ends.
import { Failure } from "../api.js";
import { phaseOf } from "../logic/clock.js";
import { serverNow } from "../logic/voter.js";
import { now } from "../now.js";

const LOOK_AGAIN_MS = 15_000; // a safety net: frames and the look at the end tell sooner
const CACHED_MS = 2_000; // for so long an answer from before the end may be given
const SPREAD_MS = 2_000; // not everybody in the same moment

/**
 * @param {object} options
 * @param {() => object} options.state
 * @param {(action: object) => void} options.dispatch
 * @param {(pollId?: string) => Promise<void>} options.look asks for that poll, or for the one that is open or next
 */
export function followPolls({ state, dispatch, look }) {
  let asked = null; // frames come in pairs, and one look is enough
  let ended = null; // the poll at whose end a look was taken
  let looked = now();

  const quietly = () => look().catch(() => {});

  /** Another poll is told of: it has opened, or will. Or it is taken back. */
  async function heard({ poll_id, status, version }) {
    const { poll, left } = state();
    if (poll_id === poll?.poll_id || left.includes(poll_id)) return;
    if (status !== "open") return dispatch({ type: "poll_removed", poll_id });
    const telling = `${poll_id} ${version}`;
    if (asked === telling) return;
    asked = telling;
    await look(poll_id).catch((failure) => {
      asked = null; // the next frame, or the next look, tries again
      if (failure instanceof Failure && failure.status === 404) dispatch({ type: "poll_removed", poll_id });
    });
  }

  function tick() {
    const time = now();
    if (state().next) dispatch({ type: "tick", now: time });
    const { poll, wanted, load } = state();
    if (wanted || load !== "ready" || (poll && phaseOf(poll, serverNow(state(), time)) !== "closed")) {
      looked = time;
      return;
    }
    if (poll && ended !== poll.poll_id) {
      ended = poll.poll_id;
      setTimeout(quietly, CACHED_MS + Math.random() * SPREAD_MS);
    }
    if (time - looked < LOOK_AGAIN_MS) return;
    looked = time;
    if (!document.hidden) quietly();
  }

  return { heard, tick };
}
