"""Waiting for what happens outside the page."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page

from .routes import Api

PATIENCE_STEPS = 1_500


def until(page: Page, holds: Callable[[], object], what: str) -> None:
    """Let the page go on until `holds`."""
    for _ in range(PATIENCE_STEPS):
        if holds():
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"waited in vain: {what}")


def skip(page: Page, api: Api, time: timedelta) -> None:
    """Let time pass, for the page and for the services."""
    api.backend.world.pass_time(time)
    page.clock.fast_forward(int(time.total_seconds() * 1_000))


def run(page: Page, api: Api, time: timedelta) -> None:
    """Let time pass moment by moment, so that every timer fires."""
    api.backend.world.pass_time(time)
    page.clock.run_for(int(time.total_seconds() * 1_000))
