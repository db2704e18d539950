"""Accessibility of the dashboard and the presenter's screen, and a poll run by keyboard."""

from typing import Final

import pytest
from contracts.enums import ManagedStatus
from playwright.sync_api import Browser, Page, ViewportSize, expect

from .admin_routes import AdminApi
from .axe import findings
from .backend import Backend
from .dashboard_states import DASHBOARD_STATES, visit_dashboard
from .fit import cramped, moving
from .keyboard import press_enter, tab_to
from .presenter_states import PRESENTER_STATES, visit_presenter

pytestmark = pytest.mark.slow

BEAMER: Final = ViewportSize(width=1920, height=1080)


@pytest.mark.parametrize("name", DASHBOARD_STATES)
def test_every_state_of_the_dashboard_is_accessible(
    browser: Browser, backend: Backend, site_url: str, name: str
) -> None:
    with visit_dashboard(browser, backend, site_url, DASHBOARD_STATES[name]) as page:
        assert findings(page) + cramped(page) + moving(page) == []


@pytest.mark.parametrize("name", PRESENTER_STATES)
def test_every_state_of_the_presenter_is_accessible(
    browser: Browser, backend: Backend, site_url: str, name: str
) -> None:
    with visit_presenter(browser, backend, site_url, PRESENTER_STATES[name], viewport=BEAMER) as page:
        assert findings(page) + moving(page) == []  # that it fits the screen is tested with the longest texts


def test_poll_is_created_opened_and_closed_by_keyboard(page: Page, admin: AdminApi) -> None:
    page.goto("/admin/")
    page.locator("#sign-in").wait_for()
    tab_to(page, "#sign-in")
    page.keyboard.press("Enter")
    page.locator("#dashboard:not([hidden])").wait_for()
    for field, text in (("#f-question", "Tea or coffee?"), ("#f-a", "Tea"), ("#f-b", "Coffee")):
        tab_to(page, field)
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    press_enter(page.locator("#open"))
    page.locator("#close:not([hidden])").wait_for(timeout=20_000)
    tab_to(page, "#close")
    page.keyboard.press("Enter")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Escape")
    press_enter(page.locator("#close"))
    tab_to(page, "#confirm-yes")
    page.keyboard.press("Enter")
    expect(page.locator("#details-status")).to_have_text("Closed", timeout=20_000)
    assert admin.polls[0].status is ManagedStatus.CLOSED
    assert page.evaluate("() => document.activeElement !== document.body")
