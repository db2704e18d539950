"""Wait for conditions outside the page and for a new sign-in, and move the page's clock."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page

from .routes import Api

MAX_POLLS = 1_500


def until(page: Page, holds: Callable[[], object], description: str) -> None:
    """Run the page's events until `holds` returns true."""
    for _ in range(MAX_POLLS):
        if holds():
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"waited in vain: {description}")


def sign_in_again(page: Page) -> None:
    """Sign in after an expired session, and wait: until the page is left, it shows the same texts."""
    page.get_by_role("button", name="Sign in again").click()
    page.locator("body[data-session=in]").wait_for()


def skip(page: Page, api: Api, time: timedelta) -> None:
    """Jump ahead in time, in the page and in the services."""
    api.backend.world.pass_time(time)
    page.clock.fast_forward(int(time.total_seconds() * 1_000))


def run(page: Page, api: Api, time: timedelta) -> None:
    """Advance the time step by step, so that every timer of the page fires."""
    api.backend.world.pass_time(time)
    page.clock.run_for(int(time.total_seconds() * 1_000))
