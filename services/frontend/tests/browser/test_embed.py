"""A poll inside another site's page, in real Chromium: shown to those whom it names, live, and not voted on.

The page in the frame is poll-service's own, with the policy that it sends.
"""

from typing import Final

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from poll_service.domain.frame import frame_of, policy_for

from .fake_api import FakeApi, a_poll, hidden_of, results_of

FRIEND: Final = "https://news.example"
STRANGER: Final = "https://evil.example"


def play(page: Page, api: FakeApi, site_url: str) -> None:
    """Play poll-service and the two other sites."""
    api.poll = a_poll(question="<b>Tea</b> or coffee?")
    address, body = f"{site_url}/embed/{api.poll.poll_id}", frame_of(api.poll)
    headers = {"content-security-policy": policy_for(site_url, [FRIEND])}
    page.route(address, lambda route: route.fulfill(content_type="text/html", headers=headers, body=body))
    around = f"<!doctype html><h1>News</h1><iframe width=320 height=320 src={address}></iframe>"
    for site in (FRIEND, STRANGER):
        page.route(f"{site}/", lambda route: route.fulfill(content_type="text/html", body=around))


@pytest.fixture
def framed(page: Page, api: FakeApi, site_url: str) -> None:
    play(page, api, site_url)


def test_a_site_that_the_poll_names_shows_figures_that_move(page: Page, api: FakeApi, framed: None) -> None:
    assert api.poll is not None
    api.snapshot = results_of(api.poll, 3, 1)
    page.goto(f"{FRIEND}/")
    frame = page.frame_locator("iframe")

    expect(frame.get_by_role("heading")).to_have_text("<b>Tea</b> or coffee?")
    expect(frame.locator("#figure-a")).to_have_text("75 %")
    expect(frame.locator("#total")).to_have_text("4")
    expect(frame.locator("body")).to_have_attribute("data-live", "live")
    api.send(results_of(api.poll, 3, 3, version=200))
    expect(frame.locator("#figure-b")).to_have_text("50 %")
    api.send(results_of(api.poll, 0, 1, version=150))
    api.send(results_of(api.poll, 4, 4, version=300))
    expect(frame.locator("#total")).to_have_text("8")
    expect(frame.get_by_role("link", name="Vote")).to_have_attribute("target", "_blank")
    assert frame.locator("button, input, form").count() == 0
    assert not [path for _, path in api.requests if path in {"/vote", "/ballot"}]


def test_hidden_results_stay_hidden_in_a_frame(page: Page, api: FakeApi, framed: None) -> None:
    assert api.poll is not None
    api.snapshot = hidden_of(api.poll)
    page.goto(f"{FRIEND}/")
    frame = page.frame_locator("iframe")

    expect(frame.locator("#hidden")).to_be_visible()
    expect(frame.locator("#figure-a")).to_have_text("")


def test_no_other_site_shows_it(context: BrowserContext, site_url: str) -> None:
    page = context.new_page()  # the one page whose policy shall be offended
    api = FakeApi(page)
    play(page, api, site_url)

    with page.expect_event("console", lambda message: "frame-ancestors" in message.text):
        page.goto(f"{STRANGER}/")

    assert not [path for _, path in api.requests if path.startswith("/results")]
