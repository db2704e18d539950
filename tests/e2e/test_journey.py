"""The whole journey: an organiser on a desktop, two voters with phones."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from .live_stack import COOKIE, RECEIPT, Organiser, Running

QUESTION = "Mountains or the sea?"


def sign_in(desktop: Page, organiser: Organiser) -> None:
    desktop.goto("/admin/")
    desktop.get_by_role("button", name="Sign in").click()
    desktop.get_by_label("Username", exact=True).fill(organiser.account.username)
    desktop.get_by_label("Password", exact=True).fill(organiser.account.password)
    desktop.get_by_role("button", name="Sign in").click()
    expect(desktop.get_by_role("heading", name="New poll")).to_be_visible()
    expect(desktop.locator("#live-label")).to_have_text("Live")


def option(page: Page, choice: str) -> Locator:
    return page.locator(f'#options [data-choice="{choice}"]')


def title(page: Page) -> Locator:
    return page.locator("#message-title")


def watches(page: Page) -> Callable[[], None]:
    """Return a check that the page has not been loaded again."""
    page.evaluate("() => { window.sinceBefore = true }")

    def check() -> None:
        assert page.evaluate("() => window.sinceBefore") is True

    return check


def test_vote_appears_on_every_screen(
    running: Running, organiser: Organiser, desktop: Page, phone: Page, other_phone: Page
) -> None:
    organiser.close_active()
    sign_in(desktop, organiser)
    for voter in (phone, other_phone):
        voter.goto("/")
        expect(voter.get_by_text("No vote is open right now")).to_be_visible()
        expect(voter.locator("#live-label")).to_have_text("Live")
    not_reloaded = [watches(page) for page in (desktop, phone, other_phone)]

    desktop.get_by_label("Question", exact=True).fill(QUESTION)
    desktop.get_by_label("This", exact=True).fill("Mountains")
    desktop.get_by_label("That", exact=True).fill("The sea")
    desktop.get_by_role("button", name="Create draft").click()
    expect(desktop.locator("#details-status")).to_have_text("Draft")
    desktop.get_by_role("button", name="Open now").click()
    expect(desktop.locator("#details-status")).to_have_text("Open")

    for voter in (phone, other_phone):
        expect(voter.get_by_role("heading", name=QUESTION)).to_be_visible()
        expect(title(voter)).to_have_text("Tap to vote")

    option(phone, "b").tap()
    expect(title(phone)).to_have_text("Your vote is recorded")
    receipt = phone.locator("#receipt-code").inner_text()
    assert RECEIPT.fullmatch(receipt)
    expect(option(phone, "b")).to_have_attribute("aria-pressed", "true")

    expect(desktop.locator("#details-total")).to_have_text("1 vote")
    expect(desktop.locator('.bar[data-choice="b"]')).to_contain_text("100%")
    expect(other_phone.locator("#total")).to_contain_text("1 vote")

    option(other_phone, "a").tap()
    expect(title(other_phone)).to_have_text("Your vote is recorded")
    expect(desktop.locator("#details-total")).to_have_text("2 votes")
    for voter in (phone, other_phone):
        expect(option(voter, "b")).to_contain_text("50%")

    option(phone, "b").tap()
    expect(title(phone)).to_have_text("Already recorded, once")
    expect(phone.locator("#receipt-code")).to_have_text(receipt)
    option(phone, "a").tap()
    expect(title(phone)).to_have_text("You have already voted")
    expect(phone.locator("#message-detail")).to_contain_text("your first vote stands")

    desktop.get_by_role("button", name="Close now…").click()
    desktop.get_by_role("dialog").get_by_role("button", name="Close now").click()
    for voter in (phone, other_phone):
        expect(title(voter)).to_have_text("Final result: a tie")
        expect(voter.locator("#message-detail")).to_contain_text("2 votes")
        expect(option(voter, "a")).to_have_attribute("aria-disabled", "true")
    expect(desktop.locator("#details-status")).to_have_text("Closed")
    expect(desktop.locator("#details-total")).to_have_text("2 votes")
    for check in not_reloaded:
        check()


def test_vote_survives_a_reload_and_a_second_one_is_rejected(
    running: Running, organiser: Organiser, phone: Page
) -> None:
    poll_id = organiser.open_new("Again?")
    phone.goto("/")
    expect(title(phone)).to_have_text("Tap to vote")
    option(phone, "a").tap()
    expect(title(phone)).to_have_text("Your vote is recorded")
    phone.reload()
    expect(title(phone)).to_have_text("Your vote is recorded")
    # The voter token decides that there is one vote; the page's memory is a convenience.
    phone.evaluate("() => localStorage.clear()")
    phone.reload()
    expect(title(phone)).to_have_text("Tap to vote")
    option(phone, "b").tap()
    expect(title(phone)).to_have_text("You have already voted")
    assert running.votes_in_the_log(poll_id) == 1


def test_voter_token_is_inaccessible_to_scripts(phone: Page, poll_id: str) -> None:
    phone.goto(f"/?poll={poll_id}")
    expect(title(phone)).to_have_text("Tap to vote")
    option(phone, "a").tap()
    expect(title(phone)).to_have_text("Your vote is recorded")
    assert phone.evaluate("() => document.cookie") == ""
    (cookie,) = phone.context.cookies()
    assert cookie["name"] == COOKIE
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")
    assert re.fullmatch(r"v1\.k1\.[\w-]{22}\.\d+\.[\w-]+", cookie["value"])
