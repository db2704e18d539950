"""Results that a poll hides until its end are asked for at that moment, announced or not."""

from datetime import timedelta

import pytest
from contracts.ids import ResultVisibility
from playwright.sync_api import Page, expect

from .backend import now
from .patience import run, skip, until
from .routes import Api


@pytest.mark.parametrize("visibility", [ResultVisibility.AFTER_CLOSE, ResultVisibility.AFTER_VOTE])
def test_hidden_results_are_shown_within_seconds_of_the_close_without_any_message(
    page: Page, api: Api, visibility: ResultVisibility
) -> None:
    page.clock.install(time=now())
    poll = api.given(3, 1, result_visibility=visibility, closes_at=now() + timedelta(minutes=9))
    assert poll.closes_at
    page.goto("/")
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    api.sockets_answer = False
    path = f"GET /results/{poll.poll_id}"
    before = api.count(path)
    run(page, api, timedelta(seconds=10))
    assert api.count(path) == before
    skip(page, api, poll.closes_at - now())
    run(page, api, timedelta(seconds=5))
    until(page, lambda: api.count(path) > before, "the page to ask for the results")
    page.clock.run_for(500)
    expect(page.locator("#total")).to_contain_text("4")
