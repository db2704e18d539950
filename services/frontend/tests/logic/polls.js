// Data for several tests: an open poll, the time it opened, and messages of it.
export const OPENED_AT = Date.parse("2026-05-04T18:00:00.000Z");

export const POLL = Object.freeze({
  poll_id: "p1",
  question: "Q?",
  options: { a: { label: "Tea" }, b: { label: "Coffee" } },
  status: "open",
  opens_at: "2026-05-04T18:00:00.000Z",
  closes_at: null,
  policy: "device",
  result_visibility: "always",
  revision: 2,
});

export const MINE = Object.freeze({ choice: "a", receipt: "R", recorded_at: "2026-05-04T18:01:00.000Z" });

/** A message of results, as an action. */
export const message = (version, a = 1, b = 0, more = {}) => ({
  type: "message",
  message: { type: "results", poll_id: "p1", status: "open", version, counts: { a, b }, total: a + b, ...more },
});

/** The state after all of these. */
export const folded = (reduce, state, ...actions) => actions.reduce(reduce, state);
