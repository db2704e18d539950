// The tabs of the dashboard: polls, members, audit log. The address contains the tab, so that it can be linked to and is
// restored after a reload and after the sign-in page.
import { tabIn } from "../logic/tabs.js";
import { $ } from "./dom.js";

/**
 * Show the tab of the address.
 * @param {Record<string, () => void>} enter the functions to call when a tab is entered
 * @returns {() => void} to be called once the organiser is signed in
 */
export function tabsOf(enter) {
  function showTab() {
    const tab = tabIn(location.hash);
    document.body.dataset.tab = tab;
    for (const link of $("tabs").querySelectorAll("a")) {
      if (link.hash === `#${tab}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    $("tab-members").hidden = tab !== "members";
    $("tab-audit-log").hidden = tab !== "audit-log";
    return tab;
  }

  addEventListener("hashchange", () => {
    const tab = showTab();
    headingOf(tab)?.focus({ preventScroll: true });
    scrollTo(0, 0);
    enter[tab]?.();
  });
  showTab();
  return () => enter[showTab()]?.();
}

/**
 * Return the heading of a tab; it gets the focus, so that screen readers announce the tab.
 * @param {string} tab
 */
const headingOf = (tab) => {
  const within = tab === "polls" ? $("dashboard") : document.getElementById(`tab-${tab}`);
  return [...(within?.querySelectorAll("h1") ?? [])].find((heading) => heading.checkVisibility());
};
