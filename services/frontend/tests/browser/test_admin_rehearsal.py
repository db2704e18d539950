"""A draft is rehearsed from its menu: a copy opens, and the draft stays as it is."""

from playwright.sync_api import Page, expect

from .admin_routes import AdminApi


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
