// Reducers. No I/O, no clock, no DOM.

/** @import { Handlers } from "page-state" */

/**
 * Return the function that returns the state after an action.
 * @template State
 * @template {{type: string}} Action
 * @param {Handlers<State, Action>} handlers
 */
export const reducer = (handlers) => (/** @type {State} */ state, /** @type {Action} */ action) => {
  // A handler and its action are of one type, which TypeScript does not follow through the table.
  const handle = /** @type {(state: State, action: Action) => State} */ (
    handlers[/** @type {Action["type"]} */ (action.type)]
  );
  if (!handle) throw new Error(`unknown action ${action.type}`);
  return handle(state, action);
};
