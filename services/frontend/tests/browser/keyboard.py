"""Keyboard navigation. Playwright's keys do not wait as its clicks do, and a busy button ignores a key."""

from typing import Final

import pytest
from playwright.sync_api import Locator, Page, expect

CLOSED: Final = """() => !document.querySelector("dialog[open]") &&
  !document.activeElement.closest("dialog")"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; return once it is enabled."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            expect(page.locator(selector)).to_be_enabled()
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never gets to {selector}")


def press_enter(target: Locator, *, focused: bool = True) -> None:
    """Press Enter on an enabled element, which has the focus already unless `focused` is false."""
    expect(target).to_be_enabled()
    if focused:
        expect(target).to_be_focused()
    target.press("Enter")


def close_dialog(page: Page) -> None:
    """Press Escape; return once the dialog is closed and without the focus: its fields take a key as text."""
    page.keyboard.press("Escape")
    page.wait_for_function(CLOSED)
