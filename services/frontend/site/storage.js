// Storage of this browser for the site. Where site data is blocked or full, the values last until the page is closed.

/** @param {"localStorage"|"sessionStorage"} area */
function storage(area) {
  /** @type {Map<string, string>} */
  const own = new Map();
  /**
   * @template T
   * @param {(store: Storage) => T} action
   * @param {() => T} otherwise
   */
  const attempt = (action, otherwise) => {
    try {
      return action(window[area]); // the access itself throws where the browser forbids it
    } catch {
      return otherwise();
    }
  };
  return {
    /** @type {(key: string) => string|null} */
    get: (key) =>
      own.get(key) ??
      attempt(
        (store) => store.getItem(key),
        () => null,
      ),
    /**
     * @param {string} key
     * @param {string} value
     * @returns {boolean} whether the browser has stored it beyond this page
     */
    set(key, value) {
      own.delete(key);
      return attempt(
        (store) => {
          store.setItem(key, value);
          return true;
        },
        () => {
          own.set(key, value);
          return false;
        },
      );
    },
    /** @param {string} key */
    remove(key) {
      own.delete(key);
      attempt(
        (store) => store.removeItem(key),
        () => {},
      );
    },
    /** @type {() => string[]} */
    keys: () =>
      attempt(
        (store) => Object.keys(store),
        () => [...own.keys()],
      ),
  };
}

/** Stored by the browser, for all tabs. */
export const device = storage("localStorage");

/** Stored by this tab, over reloads and over the sign-in page. */
export const tab = storage("sessionStorage");
