"""A poll made of markup stays text, from the real API to every page."""

import pytest
from playwright.sync_api import ConsoleMessage, Dialog, Page, expect

from .live_stack import Organiser, Running
from .test_journey import option, sign_in, title

QUESTION = (
    "<img src=/x onerror=alert(1)><script>alert(2)</script>\"'`${alert(3)}</title><svg/onload=alert(4)>"
)
A, B = "</button><iframe srcdoc='<script>alert(5)</script>'>", "<a href=javascript:alert(6)>Free coffee</a>"
INJECTED = "body :is(img, svg:not(#share-qr svg, #chart svg), iframe), main script, a[href^='javascript:']"


def page_errors(page: Page) -> list[str]:
    """Return a list that collects a page's dialogs and policy violations."""
    errors: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "TrustedHTML" in message.text:
            errors.append(message.text)

    def dismiss(dialog: Dialog) -> None:
        errors.append(dialog.message)
        dialog.dismiss()

    page.on("console", listen)
    page.on("dialog", dismiss)
    page.on("request", lambda request: errors.append(request.url) if request.url.endswith("/x") else None)
    return errors


@pytest.mark.covers("T13", "R28")
def test_markup_in_a_poll_is_shown_as_text_on_every_page(
    running: Running, organiser: Organiser, phone: Page, desktop: Page
) -> None:
    seen = [page_errors(page) for page in (phone, desktop)]
    organiser.close_active()
    poll_id = organiser.create(QUESTION, A, B)
    organiser.open(poll_id)

    phone.goto("/")
    expect(phone.locator("#question")).to_have_text(QUESTION)
    expect(option(phone, "a")).to_contain_text(A)
    expect(option(phone, "b")).to_contain_text(B)
    option(phone, "a").tap()
    expect(title(phone)).to_have_text("Your vote is recorded")
    expect(phone).to_have_title(f"{QUESTION} · This or That")

    sign_in(desktop, organiser)
    expect(desktop.locator("#details-question")).to_have_text(QUESTION)
    expect(desktop.locator("#list")).to_contain_text(QUESTION)
    expect(desktop.locator("#details-total")).to_have_text("1 vote")
    for page in (phone, desktop):
        assert page.locator(INJECTED).count() == 0
    assert seen == [[], []]
    organiser.close(poll_id)
