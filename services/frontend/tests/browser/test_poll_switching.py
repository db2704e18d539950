"""The front page's switch from one poll to the next, by the page's clock or by a request."""

from datetime import timedelta
from typing import Any

from contracts.polls import Poll
from playwright.sync_api import Page, expect

from .backend import now
from .routes import Api
from .waits import run, skip, until

SECOND = "And how do we get there?"


def start(page: Page, api: Api, **facts: Any) -> Poll:
    """Show a poll, with a clock that the test moves."""
    page.clock.install(time=now())
    first = api.given(3, 1, **facts)
    page.goto("/")
    page.clock.run_for(1_000)
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    expect(page.locator("#question")).to_have_text(first.question)
    return first


def plan(page: Page, api: Api, **facts: Any) -> Poll:
    """Schedule the next poll while the page is open; poll-service announces it at once."""
    first = api.poll_id
    second = api.given(question=SECOND, **facts)
    api.poll_id = first
    until(page, lambda: api.count(f"GET /polls/{second.poll_id}"), "the page to look at what is planned")
    page.clock.run_for(500)
    return second


def asked(api: Api) -> int:
    return api.count("GET /polls/active")


def test_page_keeps_an_open_poll_while_another_is_scheduled(page: Page, api: Api) -> None:
    first = start(page, api, closes_at=now() + timedelta(minutes=10))
    plan(page, api, opens_at=now() + timedelta(minutes=10))
    run(page, api, timedelta(minutes=1))
    expect(page.locator("#question")).to_have_text(first.question)
    page.locator('[data-choice="a"]').click()
    expect(page.locator("#message-title")).to_have_text("Your vote is recorded")


def test_back_to_back_poll_appears_at_its_opening_without_a_request(page: Page, api: Api) -> None:
    start(page, api, closes_at=now() + timedelta(minutes=4))
    second = plan(page, api, opens_at=now() + timedelta(minutes=4))
    assert second.opens_at
    api.backend.world.pass_time(second.opens_at - now() - timedelta(seconds=6))
    page.clock.pause_at(second.opens_at - timedelta(seconds=6))  # from here on independent of the delay
    expect(page.locator("#question")).not_to_have_text(SECOND)
    before = asked(api)
    skip(page, api, timedelta(seconds=12))
    page.clock.run_for(500)
    expect(page.locator("#question")).to_have_text(SECOND)
    expect(page.locator("#message-title")).to_have_text("Tap to vote")
    expect(page.locator("#elsewhere")).to_contain_text("This is a new question")
    assert asked(api) == before
    assert api.count(f"GET /polls/{second.poll_id}") == 1


def test_page_without_an_announcement_requests_the_active_poll_after_the_close(page: Page, api: Api) -> None:
    first = start(page, api, closes_at=now() + timedelta(minutes=9))
    run(page, api, timedelta(seconds=20))
    assert asked(api) == 1
    assert first.closes_at
    api.sockets_answer = False
    api.given(question=SECOND, opens_at=first.closes_at)
    skip(page, api, first.closes_at - now() - timedelta(seconds=1))
    for _ in range(100):
        run(page, api, timedelta(milliseconds=250))
        if asked(api) > 1:
            break
    after = page.evaluate("Date.now()") / 1_000 - first.closes_at.timestamp()
    assert 2 <= after < 15, "neither a cached answer from before the close nor the request every 15 seconds"
    expect(page.locator("#question")).to_have_text(SECOND)


def test_result_stays_until_the_countdown_of_the_next_poll(page: Page, api: Api) -> None:
    start(page, api, closes_at=now() + timedelta(minutes=29))
    second = plan(page, api, opens_at=now() + timedelta(minutes=30))
    api.close_poll()
    page.clock.run_for(1_000)
    expect(page.locator("#message-title")).to_have_text("Final result: Mountains")
    assert second.opens_at
    skip(page, api, second.opens_at - now() - timedelta(minutes=3))
    expect(page.locator("#message-title")).to_have_text("Final result: Mountains")
    skip(page, api, second.opens_at - now() - timedelta(minutes=1))
    expect(page.locator("#question")).to_have_text(SECOND)
    expect(page.locator("#message-title")).to_have_text("Opens in a moment")


def test_page_does_not_switch_to_an_unscheduled_poll(page: Page, api: Api) -> None:
    first = start(page, api, closes_at=now() + timedelta(minutes=9))
    second = plan(page, api, opens_at=now() + timedelta(minutes=9))
    api.backend.step(second.poll_id, "edit", {"status": "draft"})
    page.clock.run_for(500)
    skip(page, api, timedelta(minutes=9, seconds=5))
    page.clock.run_for(500)
    expect(page.locator("#screen-poll")).to_have_attribute("data-phase", "closed")
    expect(page.locator("#question")).to_have_text(first.question)


def test_page_of_a_closed_polls_own_link_offers_the_open_poll(page: Page, api: Api) -> None:
    """It stays with its poll: a link was shared for that one."""
    first = api.given(3, 1)
    page.goto(f"/?poll={first.poll_id}")
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    expect(page.locator("#other")).to_be_hidden()
    api.close_poll()
    expect(page.locator("#message-title")).to_have_text("Final result: Mountains")
    api.given(question=SECOND, opens_at=now())
    page.get_by_role("link", name="A new question is open: vote now").click()
    expect(page.locator("#question")).to_have_text(SECOND)
