// The page's clock: the device's time when the page was loaded, and from then on a monotonic clock. A change of the
// device's time while the page is open neither opens nor closes a poll.
const LOADED = Date.now() - performance.now();

/** Return milliseconds since 1970, by the device's clock at the time when the page was loaded. */
export const now = () => LOADED + performance.now();
