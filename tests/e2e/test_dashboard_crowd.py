"""A dashboard and a presenter that were open before a crowd voted end with the recount's totals.

`DASHBOARD_CROWD=1000 ./dev test e2e -- tests/e2e/test_dashboard_crowd.py -s` is the long form. The time that
a page was blocked is printed, but not checked, because the voters load the machine. `./dev bench dashboard`
checks it.
"""

import json
import os
import sys
from typing import Final

from playwright.sync_api import Page, expect

from .live_stack import Organiser, Running, dev
from .test_journey import sign_in

VOTERS: Final = int(os.environ.get("DASHBOARD_CROWD", "50"))
DOUBLE_TAPS: Final = 0.1
WATCH: Final = """
    window.tasks = [];
    window.totals = [];
    new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration)))
      .observe({ type: "longtask", buffered: true });
    window.look = (id) => {
      const element = document.getElementById(id);
      const read = () => {
        const [, total] = /^([\\d,]+) vote/.exec(element.textContent) ?? [];  // not how many people watch
        if (total) window.totals.push(Number(total.replaceAll(",", "")));
      };
      new MutationObserver(read).observe(element, { childList: true, characterData: true, subtree: true });
      window.sinceBefore = performance.timeOrigin;
    };
"""


def percent(part: int, whole: int) -> int:
    return min(99, max(1, round(100 * part / whole)))


def watched(page: Page, total: str) -> list[int]:
    """Return the totals that a page has shown without a reload, and print its long tasks."""
    assert page.evaluate("() => window.sinceBefore === performance.timeOrigin"), "the page was loaded again"
    assert page.evaluate("() => performance.getEntriesByType('navigation').length") == 1
    totals: list[int] = page.evaluate("() => window.totals")
    tasks: list[float] = page.evaluate("() => window.tasks")
    longest = max(tasks, default=0)
    sys.stdout.write(
        f"\n{total}: {len(totals)} totals, {len(tasks)} tasks over 50 ms, longest {longest:.0f} ms\n"
    )
    return totals


def test_open_dashboard_and_presenter_end_with_the_totals_of_the_recount(
    running: Running, organiser: Organiser, desktop: Page
) -> None:
    poll_id = organiser.open_new("Together?")
    desktop.context.add_init_script(WATCH)
    sign_in(desktop, organiser)
    expect(desktop.locator("#details-total")).to_contain_text("Waiting for the first vote")
    with desktop.expect_popup() as opened:
        desktop.get_by_role("link", name="Present").click()
    presenter = opened.value
    expect(presenter.locator("#live-label")).to_have_text("Live")
    expect(presenter.locator("#voters")).to_have_text("0 voted")
    desktop.evaluate("() => window.look('details-total')")
    presenter.evaluate("() => window.look('voters')")

    crowd = running.crowd(VOTERS, 100, DOUBLE_TAPS)
    assert crowd.exit_code == 0, crowd

    desktop.locator("#recount-again").click()
    expect(desktop.locator("#recount")).to_have_attribute("data-state", "provisional")
    counted = dev(running.instance.state, "recount", poll_id, "--json")
    certificate = json.loads(counted.stdout)
    assert certificate["difference"] == 0, counted
    log = certificate["log"]
    assert log["a"] + log["b"] == VOTERS == running.votes_in_the_log(poll_id)

    share_of_a = percent(log["a"], VOTERS)
    for page in (desktop, presenter):
        for choice, share in (("a", share_of_a), ("b", 100 - share_of_a)):
            bar = page.locator(f'.bar[data-choice="{choice}"]')
            expect(bar.locator(".count")).to_have_text(f"{log[choice]:,} votes")
            expect(bar.locator(".percent")).to_have_text(f"{share}%")
    expect(desktop.locator("#details-total")).to_have_text(f"{VOTERS:,} votes")
    expect(presenter.locator("#voters")).to_have_text(f"{VOTERS:,} voted")
    for page, total in ((desktop, "dashboard"), (presenter, "presenter")):
        expect(page.locator("#live-label")).to_have_text("Live")
        totals = watched(page, total)
        assert totals == sorted(totals), "a bar went back"
        assert len(set(totals)) > 2, "it did not move while people voted"
        assert totals[-1] == VOTERS
