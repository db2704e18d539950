"""The presenter's keyboard shortcuts on non-Latin and non-QWERTY layouts."""

import pytest
from playwright.sync_api import Page, expect

from .admin_routes import AdminApi
from .test_presenter import show

PRESS = """([key, code, shiftKey]) => document.body.dispatchEvent(
  new KeyboardEvent("keydown", { key, code, shiftKey, bubbles: true, cancelable: true }))"""


@pytest.mark.parametrize("key", ["к", "ρ", "ق", "ר", "r", "R"])  # noqa: RUF001
def test_key_r_hides_results_on_every_layout(page: Page, admin: AdminApi, key: str) -> None:
    show(page, admin)
    expect(page.locator("#reveal")).to_contain_text("Hide results")
    page.evaluate(PRESS, [key, "KeyR", False])
    expect(page.locator("#reveal")).to_contain_text("Show results")


def test_latin_layouts_use_the_typed_letter(page: Page, admin: AdminApi) -> None:
    show(page, admin)
    page.evaluate(PRESS, ["q", "KeyA", False])  # AZERTY
    expect(page.locator("#enlarge")).to_have_attribute("aria-pressed", "true")


def test_russian_question_mark_opens_help(page: Page, admin: AdminApi) -> None:
    show(page, admin)
    page.evaluate(PRESS, [",", "Slash", True])
    expect(page.locator("#helping")).to_be_visible()
