"""Votes survive closed tabs, sleeping phones and blocked storage, and are never counted twice."""

import pytest
from contracts.problem import ProblemType
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from .routes import Api, bare, never, problem
from .voter_page import option
from .waits import until

FORBIDDEN = """
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
}
"""


def says_mine(page: Page, api: Api, choice: str) -> None:
    expect(option(page, choice)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#receipt-code")).not_to_be_empty()
    expect(page.locator("#receipt-code")).to_have_text(api.receipt)


@pytest.fixture
def second(context: BrowserContext, open_poll: Api) -> tuple[Page, Api]:
    """Another tab of the same browser, on the same poll."""
    page = context.new_page()
    api = Api(page, open_poll.backend)
    api.poll_id = open_poll.poll_id
    page.goto("/")
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    return page, api


def test_vote_in_one_tab_shows_in_the_other(page: Page, open_poll: Api, second: tuple[Page, Api]) -> None:
    other, other_api = second
    option(page, "b").click()
    says_mine(page, open_poll, "b")
    says_mine(other, open_poll, "b")
    assert other_api.count("POST /vote") == 0


def test_concurrent_votes_in_two_tabs_show_the_first_in_both(
    page: Page, open_poll: Api, second: tuple[Page, Api]
) -> None:
    other, other_api = second
    held: list[tuple[Route, Request]] = []

    def hold(route: Route, request: Request) -> None:
        held.append((route, request))

    open_poll.plan("POST /vote", hold)
    with page.expect_request("**/vote"):
        option(page, "a").click()
    option(other, "b").click()
    says_mine(other, other_api, "b")
    problem(ProblemType.ALREADY_VOTED)(*held[0])
    expect(page.locator("#message")).to_have_attribute("data-tone", "firm")
    expect(option(page, "b")).to_have_attribute("aria-pressed", "true")
    for tab in (page, other):
        tab.reload()
        says_mine(tab, other_api, "b")
    assert open_poll.votes == ["b"]


@pytest.mark.parametrize("call", ["POST /voter-token", "POST /vote"])
def test_vote_of_a_closed_tab_is_sent_when_the_page_reopens(
    page: Page, open_poll: Api, context: BrowserContext, call: str
) -> None:
    open_poll.forever(call, never)
    with page.expect_request(f"**{call.partition(' ')[2]}"):
        option(page, "a").click()
    page.close()
    again = context.new_page()
    api = Api(again, open_poll.backend)
    api.poll_id = open_poll.poll_id
    again.goto("/")
    says_mine(again, api, "a")
    assert api.count("POST /vote") == 1


def test_vote_resent_after_the_close_is_rejected_once(
    page: Page, open_poll: Api, context: BrowserContext
) -> None:
    open_poll.forever("POST /vote", never)
    with page.expect_request("**/vote"):
        option(page, "a").click()
    page.close()
    again = context.new_page()
    api = Api(again, open_poll.backend)
    api.poll_id = open_poll.poll_id
    api.plan("POST /vote", problem(ProblemType.CLOSED))
    again.goto("/")
    expect(option(again, "a")).to_have_attribute("aria-disabled", "true")
    expect(option(again, "a")).to_have_attribute("aria-pressed", "false")
    again.reload()
    expect(again.locator("#live")).to_have_attribute("data-mode", "live")
    assert api.count("POST /vote") == 1


def test_pending_vote_is_retried_when_the_phone_wakes(page: Page, open_poll: Api) -> None:
    open_poll.plan("POST /vote", bare(503), bare(503), bare(503), problem(ProblemType.VOTER_TOKEN_EXPIRED))
    page.clock.install()
    with page.expect_response("**/vote"):
        option(page, "a").click()
    expect(page.locator("#message")).to_have_attribute("data-tone", "busy")

    page.clock.fast_forward(60 * 60_000)

    def is_sent_again() -> bool:
        page.clock.fast_forward(5_000)
        return open_poll.count("POST /vote") == 5

    until(page, is_sent_again, "the vote to go out again")
    says_mine(page, open_poll, "a")
    assert open_poll.count("POST /voter-token") == 2


def test_voting_works_without_storage(page: Page, api: Api) -> None:
    page.add_init_script(FORBIDDEN)
    api.given(128, 85)
    page.goto("/")
    option(page, "a").click()
    says_mine(page, api, "a")
