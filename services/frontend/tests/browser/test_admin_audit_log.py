"""The audit log's tab: actor, action, poll and time of each event; navigation between the tabs."""

import re
from datetime import timedelta

import pytest
from contracts.audit_log import AuditAction
from contracts.ids import new_poll_id
from contracts.problem import ProblemType
from playwright.sync_api import Page, expect

from .admin_routes import AdminApi
from .audit_log import NOON, entry
from .keyboard import press_enter
from .routes import problem


@pytest.fixture
def audit_log(page: Page, admin: AdminApi) -> AdminApi:
    """Two polls in the list, a third on the next page, a fourth deleted; signed in, on the dashboard."""
    for number in (3, 2, 1):
        admin.given(question=f"Question {number}?", status="draft")
    admin.page_sizes["/admin/api/polls"] = 2
    first, second, third = (poll.poll_id for poll in admin.polls)
    gone, unknown = new_poll_id(), new_poll_id()
    admin.backend.rewrite_audit_log(
        entry(AuditAction.POLL_DELETED, None, gone, minute=9),
        entry(AuditAction.POLL_CHANGED, "question, closes_at", second, "ben", minute=8),
        entry(AuditAction.POLL_OPENED, "2026-05-05T18:00:00.000Z", third, minute=7),
        entry(AuditAction.POLL_CREATED, None, gone, minute=6),
        entry(AuditAction.POLL_CLOSED, None, unknown, minute=5),
        entry(AuditAction.MEMBER_INVITED, "ben: editor", minute=4),
        entry(AuditAction.POLL_CREATED, None, first, minute=3),
    )
    admin.open_dashboard(page)
    expect(page.locator("#details-question")).to_have_text("Question 1?")
    return admin


def shown_events(page: Page) -> list[str]:
    return page.locator("#audit-log-list p").all_inner_texts()


@pytest.mark.covers("T27", "R27")
def test_audit_log_lists_actor_action_poll_and_time_newest_first(page: Page, audit_log: AdminApi) -> None:
    page.get_by_role("link", name="Audit log").click()
    expect(page.locator("#audit-log-list > li")).to_have_count(7)
    expect(page.locator("#audit-log-list")).not_to_contain_text(
        re.compile(r"poll \w{6}…")
    )  # the page requests each unknown poll
    assert [re.sub(r"May 5.*M:", "…:", line) for line in shown_events(page)] == [
        "ada deleted a poll",
        "ben changed the question, the end: Question 2?",
        "ada scheduled for …: Question 3?",
        "ada created a poll, deleted since",
        "ada closed a poll, deleted since",
        "ada invited ben as editor",
        "ada created Question 1?",
    ]
    when = page.locator("#audit-log-list time").first
    expect(when).to_have_attribute("title", "2026-05-04 12:09:00 UTC")
    local = page.evaluate("at => new Date(at).getMinutes()", (NOON + timedelta(minutes=9)).isoformat())
    expect(when).to_contain_text(f":{local:02}:00")


def test_poll_link_opens_the_poll_and_the_audit_log_can_be_filtered_by_it(
    page: Page, audit_log: AdminApi
) -> None:
    page.get_by_role("link", name="Audit log").click()
    page.get_by_role("link", name="Question 3?").press("Enter")  # not in the list when the page was opened
    expect(page.locator("#details-question")).to_have_text("Question 3?")
    expect(page.locator("#details-question")).to_be_focused()
    page.get_by_role("link", name="Audit log").click()
    page.get_by_label("Only the chosen poll: Question 3?").check()
    expect(page.locator("#audit-log-list > li")).to_have_count(1)
    page.get_by_label("Only the chosen poll").uncheck()
    expect(page.locator("#audit-log-list > li")).to_have_count(7)


def test_older_events_are_appended_and_keyboard_focus_is_kept(page: Page, audit_log: AdminApi) -> None:
    audit_log.page_sizes["/admin/api/audit"] = 3
    page.get_by_role("link", name="Audit log").click()
    older = page.locator("#tab-audit-log").get_by_role(
        "button", name="Show older"
    )  # the list of polls has such a button, too
    expect(older).to_be_visible()
    press_enter(older, focused=False)
    expect(page.locator("#audit-log-list > li")).to_have_count(6)
    press_enter(older)
    expect(page.locator("#audit-log-list > li")).to_have_count(7)
    expect(older).to_be_hidden()
    expect(page.locator("#audit-log-list > li").last).to_be_focused()
    assert shown_events(page)[0] == "ada deleted a poll"


def test_unavailable_audit_log_shows_an_error_and_can_be_reloaded(page: Page, audit_log: AdminApi) -> None:
    audit_log.plan("GET /admin/api/audit", problem(ProblemType.UNAVAILABLE))
    page.get_by_role("link", name="Audit log").click()
    expect(page.locator("#audit-log-trouble")).not_to_be_empty()
    page.get_by_role("link", name="Polls").click()
    page.get_by_role("link", name="Audit log").click()
    expect(page.locator("#audit-log-list > li")).to_have_count(7)
    expect(page.locator("#audit-log-trouble")).to_be_empty()


def test_tabs_work_by_keyboard_and_survive_a_reload(page: Page, audit_log: AdminApi) -> None:
    links = page.get_by_role("navigation", name="Sections").get_by_role("link")
    expect(links).to_have_text(["Polls", "Members", "Audit log"])
    expect(links.nth(0)).to_have_attribute("aria-current", "page")
    for number, name in ((1, "Members"), (2, "Audit log")):
        links.nth(number).press("Enter")
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_focused()
        expect(page.locator('[aria-current="page"]')).to_have_text(name)
        assert page.get_by_role("main").count() == 1
    page.reload()
    expect(page.locator("#audit-log-list > li")).to_have_count(7)
    page.go_back()
    expect(page.get_by_role("heading", name="Members", exact=True)).to_be_focused()
    page.get_by_role("link", name="Polls").click()
    expect(page.locator("#details-question")).to_be_focused()


def test_typed_text_survives_switching_between_tabs(page: Page, audit_log: AdminApi) -> None:
    page.locator("#f-question").fill("Half typed?")
    page.get_by_role("link", name="Audit log").click()
    page.get_by_role("link", name="Polls").click()
    expect(page.locator("#f-question")).to_have_value("Half typed?")
