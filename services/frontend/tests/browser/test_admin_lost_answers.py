"""The dashboard after a lost answer: a repeated press creates nothing twice, and shows the true state."""

from contracts.enums import VoterPolicy
from playwright.sync_api import Page, expect

from .admin_routes import AdminApi
from .dashboard_states import PICTURE
from .routes import bare, lost


def test_poll_with_a_picture_is_created_once(page: Page, admin: AdminApi) -> None:
    admin.open_dashboard(page)
    page.get_by_label("Question").fill("Tea or coffee?")
    page.get_by_label("This", exact=True).fill("Tea")
    page.get_by_label("That", exact=True).fill("Coffee")
    admin.plan("POST /admin/api/images", lost(admin))
    page.locator("#f-image_a").set_input_files(PICTURE)
    expect(page.locator("#e-image_a")).to_contain_text(
        "Could not reach the server. Check the connection, and choose it again."
    )
    page.locator("#f-image_a").set_input_files(PICTURE)
    expect(page.locator("#p-image_a img")).to_be_visible()
    admin.plan("POST /admin/api/polls", lost(admin), bare(503))
    for said in ("Could not reach the server", "That did not work"):
        page.get_by_role("button", name="Create draft").click()
        expect(page.get_by_role("alert")).to_contain_text(said)
    page.reload()
    expect(page.get_by_label("Question")).to_have_value("Tea or coffee?")
    page.get_by_role("button", name="Create draft").click()
    expect(page.get_by_label("Question")).to_have_value("")
    expect(page.locator("#details-question")).to_have_text("Tea or coffee?")
    expect(page.locator("#list li")).to_have_count(1)
    [poll] = admin.polls
    assert {poll.options.a.image} == set(admin.pictures)


def test_codes_are_created_once(page: Page, admin: AdminApi) -> None:
    poll = admin.given(policy=VoterPolicy.CODE, status="draft")
    admin.open_dashboard(page)
    admin.plan(f"POST /admin/api/polls/{poll.poll_id}/codes", lost(admin))
    page.get_by_label("How many").fill("50")
    page.get_by_role("button", name="Generate codes").click()
    expect(page.get_by_role("alert")).to_contain_text("Could not reach the server")
    page.get_by_role("button", name="Generate codes").click()
    expect(page.locator("#codes-detail")).to_contain_text("50 codes made here. Save or print them now")
    page.get_by_role("button", name="Generate codes").click()
    expect(page.locator("#codes-detail")).to_contain_text("100 codes made here.")


def test_poll_is_closed_once_and_its_recount_is_found(page: Page, admin: AdminApi) -> None:
    poll = admin.given(2, 1)
    path = f"/admin/api/polls/{poll.poll_id}"
    admin.sockets_work = False  # neither a message nor a request shows the page the effect of its first press
    admin.forever(f"GET /admin/api/results/{poll.poll_id}", bare(503))
    admin.open_dashboard(page)
    admin.plan(f"POST {path}/close", lost(admin))
    for place, said in (
        ("#refusal-title", "Could not reach the server"),
        ("#done-text", "The poll closes in 3 seconds."),
    ):
        page.get_by_role("button", name="Close now…").click()
        page.locator("#confirm-yes").click()
        expect(page.locator(place)).to_have_text(said)
    actions = [entry["action"] for entry in admin.backend.ask("GET", "/admin/api/audit")["entries"]]
    assert actions.count("poll.closed") == 1
    expect(page.locator("#details-status")).to_have_text("Closed")
    page.locator("#integrity").scroll_into_view_if_needed()
    admin.plan(f"POST /admin/api/results/{poll.poll_id}/recount", lost(admin))
    page.get_by_role("button", name="Recount").click()
    expect(page.locator("#recount-title")).to_contain_text("Recounted")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert len([call for call in admin.requests if call[1].endswith("/recount")]) == 1
