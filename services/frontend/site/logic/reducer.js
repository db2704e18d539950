// The step that all reducers share. No I/O, no clock, no DOM.

/** @import { Handlers } from "page-state" */

/**
 * Return the state after an action, by the handler of its type.
 * @template State
 * @template {{type: string}} Action
 * @param {Handlers<State, Action>} handlers
 * @param {State} state
 * @param {Action} action
 * @returns {State}
 */
export function reduceBy(handlers, state, action) {
  // A handler and its action are of one type, which TypeScript does not follow through the table.
  const handle = /** @type {(state: State, action: Action) => State} */ (
    handlers[/** @type {Action["type"]} */ (action.type)]
  );
  if (!handle) throw new Error(`unknown action ${action.type}`);
  return handle(state, action);
}
