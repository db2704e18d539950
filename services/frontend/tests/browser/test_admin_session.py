"""An expired session on the dashboard: announced, without lost text, ended by one sign-in."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from .admin_routes import AdminApi
from .routes import bare
from .waits import sign_in_again

BEFORE = timedelta(minutes=29)
REST = timedelta(minutes=2)


def milliseconds(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)


def sign_in(page: Page, path: str = "/admin/") -> None:
    page.goto(path)
    page.get_by_role("button", name="Sign in").click()
    page.locator("body[data-session=in]").wait_for()


def test_session_expiry_during_an_edit_keeps_text_focus_and_position(page: Page, admin: AdminApi) -> None:
    page.clock.install()
    admin.token_lifetime = 30 * 60
    sign_in(page)
    question, banner = page.locator("#f-question"), page.locator("#expired")
    page.locator("#f-a").fill("Tea")
    question.press_sequentially("Half ")
    page.clock.fast_forward(milliseconds(BEFORE))
    expect(banner).to_be_hidden()
    question.press_sequentially("typ")
    page.clock.fast_forward(milliseconds(REST))

    expect(banner).to_contain_text("Your sign-in has expired. What you typed is kept.")
    expect(banner).to_be_in_viewport()
    expect(question).to_be_focused()
    page.keyboard.type("ed?")
    expect(question).to_have_value("Half typed?")
    page.locator("#create").click()  # from here on nothing is sent, and trying loses nothing
    assert ("POST", "/admin/api/polls") not in admin.requests

    sign_in_again(page)
    expect(banner).to_be_hidden()
    expect(question).to_have_value("Half typed?")
    expect(page.locator("#f-a")).to_have_value("Tea")
    page.locator("#f-b").fill("Coffee")
    page.locator("#create").click()
    expect(page.locator("#details-question")).to_have_text("Half typed?")
    assert len(admin.tokens) == 2


def test_rejected_token_leaves_the_poll_unchanged_and_keeps_typed_text(page: Page, admin: AdminApi) -> None:
    admin.given(question="Ready?", status="draft")
    sign_in(page)
    page.locator("#f-question").fill("The next one?")
    admin.plan(f"POST /admin/api/polls/{admin.poll_id}/open", bare(401))
    page.locator("#open").click()
    expect(page.locator("#expired")).to_be_visible()
    expect(page.locator("#details-status")).to_have_text("Draft")
    sign_in_again(page)
    expect(page.locator("#f-question")).to_have_value("The next one?")
    page.locator("#open").click()
    expect(page.locator("#details-status")).to_have_text(re.compile("Opening|Open"))


def test_signing_in_again_returns_to_the_same_tab(page: Page, admin: AdminApi, site_url: str) -> None:
    sign_in(page, "/admin/#audit-log")
    expect(page).to_have_url(f"{site_url}/admin/#audit-log")
    admin.plan("GET /admin/api/audit", bare(401))
    page.get_by_role("link", name="Polls").click()
    page.get_by_role("link", name="Audit log").click()
    sign_in_again(page)
    expect(page.get_by_role("heading", name="Audit log")).to_be_visible()
    expect(page).to_have_url(f"{site_url}/admin/#audit-log")


@pytest.mark.covers("T12")
def test_signing_out_removes_the_session_from_the_tab(page: Page, admin: AdminApi) -> None:
    sign_in(page)
    page.get_by_role("button", name="Sign out").click()
    page.locator("#welcome:not([hidden])").wait_for()
    kept = page.evaluate("() => Object.keys(sessionStorage).filter((key) => key.includes('signin'))")
    assert kept == []
    page.reload()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
