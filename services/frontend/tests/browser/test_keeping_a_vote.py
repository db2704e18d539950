"""A vote is neither lost nor doubled by what happens to tabs, phones and storage."""

import pytest
from contracts.ids import Choice
from contracts.problem import ProblemType
from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, expect

from .fake_api import RECEIPT, FakeApi, a_poll, bare, never, problem, results_of

FORBIDDEN = """
for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
}
"""


def option(page: Page, choice: str) -> Locator:
    return page.locator(f'#options [data-choice="{choice}"]')


def says_mine(page: Page, choice: str) -> None:
    expect(option(page, choice)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#receipt-code")).to_have_text(RECEIPT)


@pytest.fixture
def open_poll(page: Page, api: FakeApi) -> FakeApi:
    api.poll = a_poll()
    api.snapshot = results_of(api.poll, 128, 85)
    page.goto("/")
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    return api


@pytest.fixture
def second(context: BrowserContext, open_poll: FakeApi) -> tuple[Page, FakeApi]:
    """Another tab of the same browser, on the same poll."""
    page = context.new_page()
    api = FakeApi(page)
    api.joins(open_poll)
    page.goto("/")
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    return page, api


def test_a_vote_in_one_tab_shows_in_the_other(
    page: Page, open_poll: FakeApi, second: tuple[Page, FakeApi]
) -> None:
    other, other_api = second
    option(page, "b").click()
    says_mine(page, "b")
    says_mine(other, "b")
    assert other_api.count("POST /vote") == 0


def test_of_two_tabs_at_once_the_first_answer_stands_in_both(
    page: Page, open_poll: FakeApi, second: tuple[Page, FakeApi]
) -> None:
    other, _ = second
    held: list[tuple[Route, Request]] = []

    def hold(route: Route, request: Request) -> None:
        held.append((route, request))

    open_poll.plan("POST /vote", hold)
    with page.expect_request("**/vote"):
        option(page, "a").click()
    option(other, "b").click()
    says_mine(other, "b")
    problem(ProblemType.ALREADY_VOTED)(*held[0])
    expect(page.locator("#message")).to_have_attribute("data-tone", "firm")
    expect(option(page, "b")).to_have_attribute("aria-pressed", "true")
    for tab in (page, other):
        tab.reload()
        says_mine(tab, "b")
    assert open_poll.votes == {next(iter(open_poll.votes)): Choice.B}


@pytest.mark.parametrize("call", ["POST /ballot", "POST /vote"])
def test_a_tab_closed_at_any_step_sends_its_vote_when_the_page_is_opened_again(
    page: Page, open_poll: FakeApi, context: BrowserContext, call: str
) -> None:
    open_poll.forever(call, never)
    with page.expect_request(f"**{call.partition(' ')[2]}"):
        option(page, "a").click()
    page.close()
    again = context.new_page()
    api = FakeApi(again)
    api.joins(open_poll)
    again.goto("/")
    says_mine(again, "a")
    assert api.count("POST /vote") == 1


def test_a_vote_that_comes_back_too_late_is_told_so_once(
    page: Page, open_poll: FakeApi, context: BrowserContext
) -> None:
    open_poll.forever("POST /vote", never)
    with page.expect_request("**/vote"):
        option(page, "a").click()
    page.close()
    again = context.new_page()
    api = FakeApi(again)
    api.joins(open_poll)
    api.plan("POST /vote", problem(ProblemType.CLOSED))
    again.goto("/")
    expect(option(again, "a")).to_have_attribute("aria-disabled", "true")
    expect(option(again, "a")).to_have_attribute("aria-pressed", "false")
    again.reload()
    expect(again.locator("#live")).to_have_attribute("data-mode", "live")
    assert api.count("POST /vote") == 1


def test_a_phone_that_sleeps_while_it_is_busy_sends_on_when_it_wakes(page: Page, open_poll: FakeApi) -> None:
    open_poll.plan("POST /vote", bare(503), bare(503), bare(503), problem(ProblemType.BALLOT_EXPIRED))
    page.clock.install()
    with page.expect_response("**/vote"):
        option(page, "a").click()
    expect(page.locator("#message")).to_have_attribute("data-tone", "busy")
    for _ in range(3):
        page.clock.fast_forward(60 * 60_000)
        page.wait_for_timeout(50)
    says_mine(page, "a")
    assert open_poll.count("POST /ballot") == 2


def test_where_storage_is_forbidden_one_votes_all_the_same(page: Page, api: FakeApi) -> None:
    page.add_init_script(FORBIDDEN)
    api.poll = a_poll()
    api.snapshot = results_of(api.poll, 128, 85)
    page.goto("/")
    option(page, "a").click()
    says_mine(page, "a")
