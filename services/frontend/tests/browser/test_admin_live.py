"""The dashboard while a crowd votes: totals, votes per minute and chart, exact in the end, and responsive."""

import re
from datetime import timedelta
from typing import Final

from contracts.realtime import AudienceMessage
from contracts.votes_over_time import Series, SeriesPoint
from playwright.sync_api import Browser, Page, expect

from .admin_routes import AdminApi
from .backend import Backend, now
from .routes import results_of, says
from .states import a_page

CAUGHT: Final = """
    window.sockets = [];
    window.WebSocket = class extends window.WebSocket {
      constructor(...address) {
        super(...address);
        window.sockets.push(this);
      }
    };
"""
BURST: Final = """(messages) => new Promise((resolve) => {
    window.drawings = 0;
    const total = document.getElementById("details-total");
    const settings = { childList: true, characterData: true, subtree: true };
    new MutationObserver(() => (window.drawings += 1)).observe(total, settings);
    for (const data of messages) window.sockets.at(-1).dispatchEvent(new MessageEvent("message", { data }));
    requestAnimationFrame(() => requestAnimationFrame(resolve));
})"""

ROOM_OF_THE_LAST_TIME: Final = """() => {
  const right = (selector) => document.querySelector(selector).getBoundingClientRect().right;
  const time = document.querySelector("#chart .tick.moment");
  time.textContent = "12:59:59 a.m."; // the widest
  return right("#chart") - right("#chart svg") - time.getBoundingClientRect().width / 2;
}"""


def chart(admin: AdminApi, *points: SeriesPoint) -> None:
    """Plan results-service's votes over time of the poll."""
    series = Series(poll_id=admin.poll_id, points=points, rebuilt_at=None)
    admin.forever(f"GET /admin/api/results/{admin.poll_id}/series", says(series))


def test_thousand_messages_end_with_exact_totals_and_few_draws(page: Page, admin: AdminApi) -> None:
    poll = admin.given(0, 0)
    chart(admin, SeriesPoint(at=now() - timedelta(seconds=30), a=0, b=0))
    page.add_init_script(CAUGHT)
    admin.open_dashboard(page)
    expect(page.locator("#live-label")).to_have_text("Live")
    version = admin.version
    messages = [results_of(poll, n, n // 2, version=version + n).model_dump_json() for n in range(1, 1001)]
    page.evaluate(BURST, messages)
    expect(page.locator("#details-total")).to_have_text("1,500 votes")
    assert page.evaluate("window.drawings") <= 2
    expect(page.locator('.bar[data-choice="a"] .count')).to_have_text("1,000 votes")


def test_vote_rate_audience_and_votes_over_time_are_shown(page: Page, admin: AdminApi) -> None:
    admin.given(10, 5)
    points = [(50, 5), (40, 6), (30, 7)]
    chart(admin, *(SeriesPoint(at=now() - timedelta(seconds=ago), a=a, b=4) for ago, a in points))
    admin.open_dashboard(page)
    expect(page.locator("#live-label")).to_have_text("Live")
    admin.count_votes(1000, 500)
    admin.plant(AudienceMessage(audience=2000))
    expect(page.locator("#live-stats-audience")).to_have_text("2,000")
    expect(page.locator("#live-stats-turnout")).to_have_text("75%")
    expect(page.locator("#live-stats-rate")).to_have_text(re.compile(r"^[1-9]"))
    expect(page.locator("#chart svg")).to_be_visible()
    label = re.compile("Votes over time, .* Mountains: 1,000, The sea: 500")
    expect(page.get_by_role("img", name=label)).to_be_visible()


def test_time_at_the_end_of_the_chart_is_not_cut_off(
    browser: Browser, backend: Backend, site_url: str
) -> None:
    wide = {"width": 1280, "height": 900}
    with a_page(browser, site_url, locale="en-CA", viewport=wide) as page:  # its times end in "p.m."
        admin = AdminApi(page, backend)
        admin.given(10, 5)
        chart(admin, SeriesPoint(at=now(), a=10, b=5))
        admin.open_dashboard(page)
        expect(page.locator("#chart .tick.moment").first).to_be_visible()
        assert page.evaluate(ROOM_OF_THE_LAST_TIME) >= 0
