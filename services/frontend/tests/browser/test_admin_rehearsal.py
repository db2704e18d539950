"""A draft is rehearsed from its menu: a copy opens, and disappears at its end; the draft stays as it is."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from .admin_routes import AdminApi
from .backend import now


def test_rehearse_opens_a_copy_that_says_so_and_leaves_the_draft(page: Page, admin: AdminApi) -> None:
    draft = admin.given(status="draft", question="Tea or coffee?")
    admin.open_dashboard(page)
    expect(page.locator("#details-status")).to_have_text("Draft")
    page.locator("#more-actions-open").click()
    page.get_by_role("button", name="Rehearse").click()
    expect(page.locator("#details-question")).to_have_text("Rehearsal: Tea or coffee?")
    expect(page.locator("#details-status")).to_have_text("Open")
    expect(page.locator("#done-text")).to_contain_text("Rehearsal opened")
    expect(page.locator("#rehearse")).to_be_hidden()
    assert admin.poll.poll_id == draft.poll_id
    assert admin.poll.status == "draft"


def test_rehearsal_that_has_ended_leaves_the_dashboard(page: Page, admin: AdminApi) -> None:
    draft = admin.given(status="draft", question="Tea or coffee?")
    admin.open_dashboard(page)
    page.locator("#more-actions-open").click()
    page.get_by_role("button", name="Rehearse").click()
    expect(page.locator("#details-status")).to_have_text("Open")
    expect(page.locator("#live-label")).to_have_text("Live")
    [rehearsal] = [poll for poll in admin.polls if poll.rehearsal]
    admin.backend.end_rehearsal(rehearsal.poll_id)
    expect(page.locator("#details-question")).to_have_text("Tea or coffee?")
    expect(page.locator("#details-status")).to_have_text("Draft")
    assert [poll.poll_id for poll in admin.polls] == [draft.poll_id]


def test_rehearsal_that_has_ended_leaves_the_presenter(page: Page, admin: AdminApi) -> None:
    rehearsal = admin.given(question="Tea or coffee?", rehearsal=True)
    admin.sign_in_tab(page)
    page.goto("/present/")
    expect(page.locator("#question")).to_have_text("Rehearsal: Tea or coffee?")
    expect(page.locator("#live-label")).to_have_text("Live")
    admin.backend.end_rehearsal(rehearsal.poll_id)
    expect(page.get_by_role("heading", name="The next question appears here by itself")).to_be_visible()
    admin.given(128, 85, question="And now?", opens_at=now())
    expect(page.get_by_role("heading", name="And now?")).to_be_visible()


def test_poll_that_another_organiser_deletes_leaves_the_dashboard(page: Page, admin: AdminApi) -> None:
    admin.given(status="draft", question="Tea or coffee?")
    later = admin.given(question="Now or later?", opens_at=now() + timedelta(hours=1))
    admin.open_dashboard(page)
    expect(page.locator("#details-question")).to_have_text("Now or later?")
    expect(page.locator("#live-label")).to_have_text("Live")
    admin.backend.step(later.poll_id, "edit", {"status": "draft"})
    admin.backend.step(later.poll_id, "delete")
    expect(page.locator("#details-question")).to_have_text("Tea or coffee?")
    expect(page.locator("#done-text")).to_have_text("This poll was deleted in the meantime.")
