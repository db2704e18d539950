"""What a poll hides until it closes is shown at the close, though its announcement takes up to a minute."""

from datetime import timedelta

import pytest
from contracts.ids import PollStatus, ResultVisibility
from playwright.sync_api import Page, expect

from .fake_api import FakeApi, a_poll, hidden_of, now, results_of
from .patience import until


@pytest.mark.parametrize("visibility", [ResultVisibility.AFTER_CLOSE, ResultVisibility.AFTER_VOTE])
def test_hidden_results_are_shown_within_seconds_of_the_close_without_any_message(
    page: Page, api: FakeApi, visibility: ResultVisibility
) -> None:
    page.clock.install(time=now())
    poll = api.poll = a_poll(result_visibility=visibility, closes_at=now() + timedelta(seconds=30))
    api.snapshot = hidden_of(poll)
    page.goto("/")
    page.clock.run_for(1_000)
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    path = f"GET /results/{poll.poll_id}"
    before = api.count(path)
    page.clock.run_for(10_000)
    assert api.count(path) == before
    api.snapshot = results_of(poll.model_copy(update={"status": PollStatus.CLOSED}), 3, 1, version=200)
    page.clock.run_for(25_000)
    until(page, lambda: api.count(path) > before, "the page to ask for the results")
    page.clock.run_for(500)
    expect(page.locator("#total")).to_contain_text("4")
