"""One poll after another, on the page that shows whichever is open: by the clock, or by looking."""

from datetime import timedelta

from contracts.ids import PollStatus
from contracts.polls import PollV3
from contracts.realtime import PollClosedFrame, PollOpenedFrame
from playwright.sync_api import Page, expect

from .fake_api import FakeApi, a_poll, now, results_of
from .patience import until

SECOND = "And how do we get there?"


def start(page: Page, api: FakeApi, **facts: object) -> PollV3:
    """Show a poll, by a clock that this test moves."""
    page.clock.install(time=now())
    api.poll = first = a_poll(**facts)
    api.snapshot = results_of(first, 3, 1)
    page.goto("/")
    page.clock.run_for(1_000)
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    expect(page.locator("#question")).to_have_text(first.question)
    return first


def plan(page: Page, api: FakeApi, **facts: object) -> PollV3:
    """Schedule the next poll while the page looks on: poll-service tells so at once."""
    first, second = api.poll, a_poll(question=SECOND, **facts)
    api.poll = second
    told = PollOpenedFrame(poll_id=second.poll_id, status=second.status, version=1, opens_at=second.opens_at)
    api.send(told)
    until(page, lambda: api.count(f"GET /polls/{second.poll_id}"), "the page to look at what is planned")
    api.poll = first
    page.clock.run_for(500)
    return second


def skip(page: Page, api: FakeApi, time: timedelta) -> None:
    """Let time pass, for the page and for the services."""
    api.ahead += time
    page.clock.fast_forward(int(time.total_seconds() * 1_000))


def run(page: Page, api: FakeApi, time: timedelta) -> None:
    """Let time pass moment by moment, so that every timer fires."""
    api.ahead += time
    page.clock.run_for(int(time.total_seconds() * 1_000))


def asked(api: FakeApi) -> int:
    return api.count("GET /polls/active")


def test_a_poll_that_runs_is_not_left_for_one_that_is_planned(page: Page, api: FakeApi) -> None:
    first = start(page, api, closes_at=now() + timedelta(minutes=10))
    plan(page, api, opens_at=now() + timedelta(minutes=10))
    run(page, api, timedelta(minutes=1))
    expect(page.locator("#question")).to_have_text(first.question)
    page.locator('[data-choice="a"]').click()
    expect(page.locator("#message-title")).to_have_text("Your vote is recorded")


def test_back_to_back_the_next_one_is_there_the_moment_it_opens_without_asking_anybody(
    page: Page, api: FakeApi
) -> None:
    start(page, api, closes_at=now() + timedelta(minutes=3))
    second = plan(page, api, opens_at=now() + timedelta(minutes=3))
    skip(page, api, timedelta(minutes=2, seconds=50))
    expect(page.locator("#question")).not_to_have_text(SECOND)
    before = asked(api)
    skip(page, api, timedelta(seconds=12))
    expect(page.locator("#question")).to_have_text(SECOND)
    expect(page.locator("#message-title")).to_have_text("Tap to vote")
    expect(page.locator("#elsewhere")).to_contain_text("This is a new question")
    assert asked(api) == before
    assert api.count(f"GET /polls/{second.poll_id}") == 1


def test_a_page_that_was_not_told_looks_shortly_after_the_end_of_its_own_poll(
    page: Page, api: FakeApi
) -> None:
    first = start(page, api, closes_at=now() + timedelta(minutes=2))
    run(page, api, timedelta(seconds=20))
    assert asked(api) == 1
    assert first.closes_at
    api.poll = a_poll(question=SECOND, opens_at=first.closes_at)
    for _ in range(600):
        run(page, api, timedelta(milliseconds=250))
        if asked(api) > 1:
            break
    after = page.evaluate("Date.now()") / 1_000 - first.closes_at.timestamp()
    assert 2 <= after < 15, "not what an edge kept from before the end, and not the look every 15 seconds"
    expect(page.locator("#question")).to_have_text(SECOND)


def test_the_result_stays_until_the_countdown_of_the_next_one(page: Page, api: FakeApi) -> None:
    first = start(page, api)
    plan(page, api, opens_at=now() + timedelta(minutes=30))
    api.poll = first.model_copy(update={"status": PollStatus.CLOSED, "closes_at": now()})
    api.send(PollClosedFrame(poll_id=first.poll_id, status=PollStatus.CLOSED, version=105, closes_at=now()))
    api.send(results_of(api.poll, 3, 1, version=105))
    page.clock.run_for(1_000)
    expect(page.locator("#message-title")).to_have_text("Final result: Mountains")
    skip(page, api, timedelta(minutes=27))
    expect(page.locator("#message-title")).to_have_text("Final result: Mountains")
    skip(page, api, timedelta(minutes=1, seconds=30))
    expect(page.locator("#question")).to_have_text(SECOND)
    expect(page.locator("#message-title")).to_have_text("Opens in a moment")


def test_what_is_taken_back_is_not_gone_on_to(page: Page, api: FakeApi) -> None:
    first = start(page, api, closes_at=now() + timedelta(minutes=3))
    second = plan(page, api, opens_at=now() + timedelta(minutes=3))
    api.send(PollClosedFrame(poll_id=second.poll_id, status=PollStatus.DRAFT, version=2))
    page.clock.run_for(500)
    skip(page, api, timedelta(minutes=3, seconds=5))
    page.clock.run_for(500)
    expect(page.locator("#screen-poll")).to_have_attribute("data-phase", "closed")
    expect(page.locator("#question")).to_have_text(first.question)
