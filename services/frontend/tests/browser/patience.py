"""Waiting for what happens outside the page."""

from collections.abc import Callable

from playwright.sync_api import Page

PATIENCE_STEPS = 1_500


def until(page: Page, holds: Callable[[], object], what: str) -> None:
    """Let the page go on until `holds`."""
    for _ in range(PATIENCE_STEPS):
        if holds():
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"waited in vain: {what}")
