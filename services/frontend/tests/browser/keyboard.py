"""Going about a page without a pointer."""

import pytest
from playwright.sync_api import Page


def tab_to(page: Page, selector: str) -> None:
    """Go there by the Tab key, as often as it takes."""
    for _ in range(60):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never gets to {selector}")
