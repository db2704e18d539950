// The page's clock: the device's time when the page was loaded, and from then on a clock that only runs forward. A device
// whose time is set while the page is open neither opens nor closes a poll.
const LOADED = Date.now() - performance.now();

/** Milliseconds since 1970, by the device as it was set when the page was loaded. */
export const now = () => LOADED + performance.now();
