"""Hidden results are requested when the poll closes, with or without a message."""

import re
from datetime import timedelta

import pytest
from contracts.enums import ResultVisibility
from playwright.sync_api import Page, expect

from .backend import now
from .routes import Api
from .waits import run, until


@pytest.mark.parametrize(
    ("path", "shows", "visibility"),
    [
        ("/", "#total", ResultVisibility.AFTER_CLOSE),
        ("/", "#total", ResultVisibility.AFTER_VOTE),
        ("/present/", "#bars", ResultVisibility.AFTER_CLOSE),
    ],
)
def test_hidden_results_appear_within_seconds_of_the_close_without_a_message(
    page: Page, api: Api, path: str, shows: str, visibility: ResultVisibility
) -> None:
    """The results arrive before the next ping: a page with a dead socket would then reload them anyway."""
    page.clock.install(time=now())
    poll = api.given(12, 5, result_visibility=visibility, closes_at=now() + timedelta(minutes=1))
    assert poll.closes_at
    page.goto(path)
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    expect(page.locator(shows)).not_to_contain_text(re.compile("12|17"))
    api.sockets_answer = False
    results = f"GET /results/{poll.poll_id}"
    run(page, api, timedelta(seconds=10))
    before = api.count(results)
    run(page, api, timedelta(seconds=10))
    assert api.count(results) == before
    run(page, api, poll.closes_at - now() + timedelta(seconds=5))
    until(page, lambda: api.count(results) > before, "the page to ask for the results")
    page.clock.run_for(500)
    expect(page.locator(shows)).to_contain_text("17" if shows == "#total" else "12")
