// The tabs of the dashboard. No I/O, no DOM.

/** The first is the default. */
const TABS = ["polls", "members", "audit-log"];

/** Return the tab of an address. @param {string} hash untrusted, from `#` on */
export const tabIn = (hash) => TABS.find((tab) => hash === `#${tab}`) ?? TABS[0];
