"""The presenter's keys on keyboards that write other letters: the key that bears R is R."""

import pytest
from playwright.sync_api import Page, expect

from .admin_routes import AdminApi
from .test_presenter import show

PRESS = """([key, code, shiftKey]) => document.body.dispatchEvent(
  new KeyboardEvent("keydown", { key, code, shiftKey, bubbles: true, cancelable: true }))"""


@pytest.mark.parametrize("key", ["к", "ρ", "ق", "ר", "r", "R"])  # noqa: RUF001
def test_results_are_hidden_by_the_key_r_of_any_keyboard(page: Page, admin: AdminApi, key: str) -> None:
    show(page, admin)
    expect(page.locator("#reveal")).to_contain_text("Hide results")
    page.evaluate(PRESS, [key, "KeyR", False])
    expect(page.locator("#reveal")).to_contain_text("Show results")


def test_a_latin_keyboard_goes_by_the_letter_that_it_writes(page: Page, admin: AdminApi) -> None:
    show(page, admin)
    page.evaluate(PRESS, ["q", "KeyA", False])  # AZERTY
    expect(page.locator("#enlarge")).to_have_attribute("aria-pressed", "true")


def test_help_opens_by_the_question_mark_of_a_russian_keyboard(page: Page, admin: AdminApi) -> None:
    show(page, admin)
    page.evaluate(PRESS, [",", "Slash", True])
    expect(page.locator("#helping")).to_be_visible()
