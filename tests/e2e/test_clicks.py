"""The clicks and key presses of an event, counted in a real browser on the running stack.

Typed text does not count, nor does its arrival by a password manager: the browser would fill in the sign-in.
"""

from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Locator, Page, expect

from .live_stack import Organiser

MAX_CLICKS_TO_LIVE: Final = 4
MAX_CLICKS_TO_NEXT: Final = 1
MAX_CLICKS_TO_EXPORT: Final = 6
MAX_PRESSES: Final = 35


@dataclass
class Hand:
    """An organiser's hand, which counts its clicks and key presses."""

    page: Page
    clicks: int = 0
    presses: int = 0

    def click(self, target: Locator) -> None:
        """Click once."""
        target.click()
        self.clicks += 1

    def press(self, key: str, times: int = 1) -> None:
        """Press a key that is no typed text."""
        for _ in range(times):
            self.page.keyboard.press(key)
            self.presses += 1

    def tab_to(self, target: Locator) -> None:
        """Press Tab until an element has the focus."""
        for _ in range(MAX_PRESSES):
            if target.evaluate("(element) => element === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not reach {target}")

    def type_poll(self, question: str) -> None:
        """Type the question and both options, from the focused field of the question on."""
        for place, text in enumerate((question, "Yes", "No")):
            if place:
                self.press("Tab")
            self.page.keyboard.type(text)


def status(page: Page, text: str) -> None:
    expect(page.locator("#details-status")).to_have_text(text)


def give_password(page: Page, organiser: Organiser) -> None:
    """Sign in on the page of the identity provider as its password manager does."""
    page.get_by_label("Username", exact=True).fill(organiser.account.username)
    page.get_by_label("Password", exact=True).fill(organiser.account.password)
    page.get_by_role("button", name="Sign in").evaluate("(button) => button.form.requestSubmit()")
    expect(page.get_by_role("heading", name="New poll")).to_be_visible()
    expect(page.locator("#live-label")).to_have_text("Live")


def test_an_event_takes_few_clicks(desktop: Page, organiser: Organiser) -> None:
    organiser.close_active()
    hand = Hand(desktop)
    desktop.goto("/admin/")
    hand.click(desktop.get_by_role("button", name="Sign in"))
    give_password(desktop, organiser)
    hand.click(desktop.get_by_label("Question", exact=True))
    hand.type_poll("Do few clicks lead to a live poll?")
    hand.click(desktop.get_by_role("button", name="Create and open"))
    status(desktop, "Open")
    assert hand.clicks <= MAX_CLICKS_TO_LIVE, "from the sign-in to a live poll"

    hand.click(desktop.get_by_role("button", name="Close now"))
    hand.click(desktop.locator("dialog[open]").get_by_role("button", name="Close now"))
    status(desktop, "Closed")
    with desktop.expect_download() as saved:
        hand.click(desktop.get_by_role("button", name="Export CSV"))
    assert saved.value.suggested_filename.endswith(".csv")
    assert hand.clicks <= MAX_CLICKS_TO_EXPORT, "from the sign-in to the exported result"


def test_next_question_takes_one_click(desktop: Page, organiser: Organiser) -> None:
    organiser.open_new("Is this the first question?")
    organiser.create("Is this the next question?")
    hand = Hand(desktop)
    desktop.goto("/admin/")
    desktop.get_by_role("button", name="Sign in").click()
    give_password(desktop, organiser)
    status(desktop, "Open")
    hand.click(desktop.get_by_role("button", name="Close and open next"))
    # Another file's draft may be the next one.
    expect(desktop.locator("#details-question")).not_to_have_text("Is this the first question?")
    status(desktop, "Open")
    assert hand.clicks <= MAX_CLICKS_TO_NEXT


def test_event_by_keyboard_alone_takes_few_presses(desktop: Page, organiser: Organiser) -> None:
    organiser.close_active()
    hand = Hand(desktop)
    desktop.goto("/admin/")
    hand.tab_to(desktop.get_by_role("button", name="Sign in"))
    hand.press("Enter")
    give_password(desktop, organiser)
    hand.press("Tab")
    hand.press("Enter")  # the skip link leads to the field of the question
    expect(desktop.get_by_label("Question", exact=True)).to_be_focused()
    hand.type_poll("Do few presses lead to a result?")
    hand.press("Enter")
    expect(desktop.get_by_role("button", name="Open now")).to_be_focused()
    hand.press("Enter")
    status(desktop, "Open")
    close = desktop.get_by_role("button", name="Close now")
    hand.tab_to(close)
    hand.press("Enter")
    hand.tab_to(desktop.locator("dialog[open]").get_by_role("button", name="Close now"))
    hand.press("Enter")
    status(desktop, "Closed")
    with desktop.expect_download():
        hand.tab_to(desktop.get_by_role("button", name="Export CSV"))
        hand.press("Enter")
    assert hand.clicks == 0
    assert hand.presses <= MAX_PRESSES
