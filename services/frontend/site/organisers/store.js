// The one store of an organisers' page: its state, changed by actions and drawn after each.
import { coalesced } from "../animated-number.js";

/**
 * Return a store. Nothing is drawn before `drawWith` is called.
 * @template State, Action
 * @param {State} initial
 * @param {(state: State, action: Action) => State} reduce
 */
export function createStore(initial, reduce) {
  let state = initial;
  let draw = () => {};
  const drawSoon = coalesced(() => draw());
  return {
    read: () => state,
    draw: () => draw(),
    /** Draw at most once in an animation frame. */
    drawSoon,
    /** Set the function that draws the page. @param {() => void} drawing */
    drawWith(drawing) {
      draw = drawing;
    },
    /** Change the state, and draw the page. @param {Action} action */
    dispatch(action) {
      state = reduce(state, action);
      draw();
    },
    /** Change the state, and draw it with the next frame: messages may come faster. @param {Action} action */
    dispatchSoon(action) {
      state = reduce(state, action);
      drawSoon();
    },
  };
}
