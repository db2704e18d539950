"""Two tabs of one browser on a first visit over a slow network are one voter."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from .conftest import PHONE
from .live_stack import Organiser, Running


@pytest.mark.covers("T1")
def test_concurrent_voter_token_requests_of_two_tabs_are_one_voter(
    running: Running, organiser: Organiser, open_page: Callable[..., Page]
) -> None:
    poll_id = organiser.open_new()
    one = open_page("two-tabs", **PHONE)
    context, held, slow = one.context, list[Route](), True

    def hold(route: Route) -> None:
        if slow:
            held.append(route)
        else:
            route.continue_()

    context.route("**/voter-token", hold)
    other = context.new_page()
    for page in (one, other):
        page.goto("/")
        expect(page.locator("#live-label")).to_have_text("Live")
    one.locator('[data-choice="a"]').click()
    other.locator('[data-choice="b"]').click()
    for page in (one, other):
        expect(page.locator("#message-title")).to_have_text("Sending your vote…")

    slow = False
    for route in held:
        route.continue_()

    # Both votes leave once the cookie is there; either may arrive first.
    titles = [page.locator("#message-title") for page in (one, other)]
    for title in titles:
        expect(title).to_have_text(re.compile("Your vote is recorded|You have already voted"))
    assert {title.inner_text() for title in titles} == {"Your vote is recorded", "You have already voted"}
    assert len(held) == 1, "the second tab waits for the cookie of the first"
    assert running.votes_in_the_log(poll_id) == 1
