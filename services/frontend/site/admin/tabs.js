// The rooms of the organiser's page: polls, people, the audit log. Which one is shown stands in the address, so that
// it can be linked to, and is there again after a reload and after the way to the sign-in page.
import { tabIn, TABS } from "../logic/tabs.js";
import { $ } from "./dom.js";

/**
 * @param {Record<string, () => void>} enter what to do when a room is entered, by room
 * @returns {() => void} to be called once whoever asks is signed in
 */
export function tabsOf(enter) {
  function show() {
    const tab = tabIn(location.hash);
    document.body.dataset.tab = tab;
    for (const link of $("tabs").children) {
      if (link.hash === `#${tab}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    for (const other of TABS.slice(1)) $(`tab-${other}`).hidden = other !== tab;
    return tab;
  }

  addEventListener("hashchange", () => {
    const tab = show();
    headingOf(tab)?.focus({ preventScroll: true });
    scrollTo(0, 0);
    enter[tab]?.();
  });
  show();
  return () => enter[show()]?.();
}

/** What a room is called on its own page: whoever does not see that it has changed is told by it. */
const headingOf = (tab) =>
  [...document.querySelectorAll(tab === "polls" ? "#dashboard h1" : `#tab-${tab} h1`)].find((heading) =>
    heading.checkVisibility(),
  );
