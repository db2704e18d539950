// Which rooms the organiser's page has. No I/O, no DOM.

/** The first is where everybody begins. */
export const TABS = ["polls", "members", "audit-log"];

/** @param {string} hash the address from `#` on, as anybody may have written it */
export const tabIn = (hash) => TABS.find((tab) => hash === `#${tab}`) ?? TABS[0];
