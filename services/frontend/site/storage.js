// What this browser remembers for the site. Where site data is blocked or full, the page remembers it until it is closed.

/** @param {"localStorage"|"sessionStorage"} area */
function storage(area) {
  const own = new Map();
  const attempt = (action, otherwise) => {
    try {
      return action(window[area]); // even naming it throws where the browser forbids it
    } catch {
      return otherwise();
    }
  };
  return {
    /** @returns {string|null} */
    get: (key) =>
      own.get(key) ??
      attempt(
        (store) => store.getItem(key),
        () => null,
      ),
    /** @returns {boolean} whether it outlives this page */
    set(key, value) {
      own.delete(key);
      return attempt(
        (store) => (store.setItem(key, value), true),
        () => (own.set(key, value), false),
      );
    },
    remove(key) {
      own.delete(key);
      attempt(
        (store) => store.removeItem(key),
        () => {},
      );
    },
    /** @returns {string[]} */
    keys: () =>
      attempt(
        (store) => Object.keys(store),
        () => [...own.keys()],
      ),
  };
}

/** Kept by the browser, for all tabs. */
export const device = storage("localStorage");

/** Kept by this tab: over reloads, and over the way to the sign-in page and back. */
export const tab = storage("sessionStorage");
