"""One poll after another, on the page that shows whichever is open: by the clock, or by looking."""

from datetime import timedelta
from typing import Any

from contracts.polls import PollV4
from playwright.sync_api import Page, expect

from .backend import now
from .routes import Api
from .waits import run, skip, until

SECOND = "And how do we get there?"


def start(page: Page, api: Api, **facts: Any) -> PollV4:
    """Show a poll, by a clock that this test moves."""
    page.clock.install(time=now())
    first = api.given(3, 1, **facts)
    page.goto("/")
    page.clock.run_for(1_000)
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    expect(page.locator("#question")).to_have_text(first.question)
    return first


def plan(page: Page, api: Api, **facts: Any) -> PollV4:
    """Schedule the next poll while the page looks on: poll-service tells so at once."""
    first = api.poll_id
    second = api.given(question=SECOND, **facts)
    api.poll_id = first
    until(page, lambda: api.count(f"GET /polls/{second.poll_id}"), "the page to look at what is planned")
    page.clock.run_for(500)
    return second


def asked(api: Api) -> int:
    return api.count("GET /polls/active")


def test_a_poll_that_runs_is_not_left_for_one_that_is_planned(page: Page, api: Api) -> None:
    first = start(page, api, closes_at=now() + timedelta(minutes=10))
    plan(page, api, opens_at=now() + timedelta(minutes=10))
    run(page, api, timedelta(minutes=1))
    expect(page.locator("#question")).to_have_text(first.question)
    page.locator('[data-choice="a"]').click()
    expect(page.locator("#message-title")).to_have_text("Your vote is recorded")


def test_back_to_back_the_next_one_is_there_the_moment_it_opens_without_asking_anybody(
    page: Page, api: Api
) -> None:
    start(page, api, closes_at=now() + timedelta(minutes=4))
    second = plan(page, api, opens_at=now() + timedelta(minutes=4))
    assert second.opens_at
    api.backend.world.pass_time(second.opens_at - now() - timedelta(seconds=6))
    page.clock.pause_at(second.opens_at - timedelta(seconds=6))  # from here on however long it takes
    expect(page.locator("#question")).not_to_have_text(SECOND)
    before = asked(api)
    skip(page, api, timedelta(seconds=12))
    page.clock.run_for(500)
    expect(page.locator("#question")).to_have_text(SECOND)
    expect(page.locator("#message-title")).to_have_text("Tap to vote")
    expect(page.locator("#elsewhere")).to_contain_text("This is a new question")
    assert asked(api) == before
    assert api.count(f"GET /polls/{second.poll_id}") == 1


def test_a_page_that_was_not_told_looks_shortly_after_the_end_of_its_own_poll(page: Page, api: Api) -> None:
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
    assert 2 <= after < 15, "not what an edge kept from before the end, and not the look every 15 seconds"
    expect(page.locator("#question")).to_have_text(SECOND)


def test_the_result_stays_until_the_countdown_of_the_next_one(page: Page, api: Api) -> None:
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


def test_what_is_taken_back_is_not_gone_on_to(page: Page, api: Api) -> None:
    first = start(page, api, closes_at=now() + timedelta(minutes=9))
    second = plan(page, api, opens_at=now() + timedelta(minutes=9))
    api.backend.step(second.poll_id, "edit", {"status": "draft"})
    page.clock.run_for(500)
    skip(page, api, timedelta(minutes=9, seconds=5))
    page.clock.run_for(500)
    expect(page.locator("#screen-poll")).to_have_attribute("data-phase", "closed")
    expect(page.locator("#question")).to_have_text(first.question)
