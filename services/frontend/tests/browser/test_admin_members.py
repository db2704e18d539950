"""The members' tab: owners invite, change and remove members, also by keyboard; errors are shown."""

import re

import pytest
from contracts.members import MemberStatus
from contracts.problem import ProblemType
from contracts.roles import Role
from playwright.sync_api import Locator, Page, Route, expect

from .admin_routes import AdminApi
from .keyboard import press_enter
from .routes import answer_with, bare, never, no_network, problem
from .waits import sign_in_again, until

LOST = "This needs the role owner, and yours is editor. An owner can change that under Members."


@pytest.fixture
def members(page: Page, admin: AdminApi) -> AdminApi:
    """Signed in as an owner, with three other members."""
    admin.backend.add_member("ben", Role.EDITOR)
    admin.backend.add_member("cleo", None, MemberStatus.INVITED)
    admin.backend.add_member("dora", Role.VIEWER, MemberStatus.DISABLED)
    admin.sign_in_tab(page)
    page.goto("/admin/#members")
    expect(page.locator("#members-list > li")).to_have_count(4)
    return admin


def row(page: Page, name: str) -> Locator:
    return page.locator(f'#members-list > li[data-name="{name}"]')


def write(page: Page, name: str, email: str) -> None:
    page.get_by_label("Username").fill(name)
    page.get_by_label("E-mail address").fill(email)


@pytest.mark.covers("T37")
def test_members_are_listed_with_role_and_status_and_own_account_is_read_only(
    page: Page, members: AdminApi
) -> None:
    expect(page).to_have_url(re.compile(r"/admin/#members$"))
    for name, role, status in (
        ("ada", "owner", "Active"),
        ("ben", "editor", "Active"),
        ("cleo", "no role", "Invited"),
        ("dora", "viewer", "Locked"),
    ):
        expect(row(page, name).locator(".chip")).to_have_text(role)
        expect(row(page, name).locator(".member-status")).to_contain_text(status)
    expect(row(page, "ada")).to_contain_text("This is you.")
    expect(row(page, "ada").get_by_role("button")).to_have_count(0)
    expect(row(page, "ben").get_by_role("button")).to_have_count(1)


def test_member_is_invited_and_errors_are_shown_at_their_fields(page: Page, members: AdminApi) -> None:
    write(page, "Eva@example.com", "eva")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_label("Username")).to_be_focused()
    expect(page.get_by_label("Username")).to_have_accessible_description(re.compile("lower-case letters"))
    expect(page.get_by_label("E-mail address")).to_have_attribute("aria-invalid", "true")
    assert ("POST", "/admin/api/members") not in members.requests

    write(page, "eva", "ben@example.com")
    expect(page.locator("#ie-name")).to_be_empty()
    why = "ben has this address already"
    page.get_by_label("Role", exact=True).select_option("viewer")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_label("E-mail address")).to_have_accessible_description(re.compile(re.escape(why)))
    expect(page.get_by_label("Username")).to_have_value("eva")
    expect(page.get_by_role("button", name="Invite")).to_be_enabled()  # Enter in the form presses it

    page.get_by_label("E-mail address").fill("eva@example.com")
    page.keyboard.press("Enter")
    expect(row(page, "eva").locator(".member-status")).to_contain_text("Invited")
    expect(row(page, "eva").locator(".chip")).to_have_text("viewer")
    expect(page.locator("#said")).to_contain_text("eva is invited")
    expect(page.locator("#members-heading")).to_be_focused()
    expect(page.get_by_label("Username")).to_have_value("")


def test_role_is_assigned_and_member_removed_by_keyboard(page: Page, members: AdminApi) -> None:
    page.get_by_label("Role of ben").select_option("viewer")
    press_enter(page.get_by_role("button", name="Give ben this role"), focused=False)
    expect(row(page, "ben").locator(".chip")).to_have_text("viewer")
    expect(page.get_by_label("Role of ben")).to_be_focused()
    expect(page.get_by_role("button", name="Give ben this role")).to_have_count(0)

    press_enter(page.get_by_role("button", name="Remove ben"), focused=False)
    expect(page.get_by_role("dialog")).to_contain_text("Remove ben?")
    expect(page.get_by_role("dialog")).to_contain_text("up to 30 minutes")
    page.keyboard.press("Escape")
    assert ("DELETE", "/admin/api/members/ben") not in members.requests
    press_enter(page.get_by_role("button", name="Remove ben"))
    press_enter(page.get_by_role("dialog").get_by_role("button", name="Remove"), focused=False)
    expect(row(page, "ben")).to_have_count(0)
    expect(page.locator("#said")).to_have_text("ben is removed.")
    expect(page.locator("#members-heading")).to_be_focused()


def test_pending_request_shows_progress_and_is_not_sent_twice(page: Page, members: AdminApi) -> None:
    members.plan("PUT /admin/api/members/ben", never)
    page.get_by_label("Role of ben").select_option("viewer")
    for _ in range(2):
        page.get_by_role("button", name="Give ben this role").click()
    expect(page.locator("#members-progress")).to_have_text("One moment…")
    assert members.requests.count(("PUT", "/admin/api/members/ben")) == 1


def test_lost_role_or_connection_is_shown_and_typed_text_is_kept(page: Page, members: AdminApi) -> None:
    write(page, "eva", "eva@example.com")
    for answer, said in (
        (problem(ProblemType.INSUFFICIENT_ROLE, detail=LOST), LOST),
        (no_network, "Could not reach the server"),
    ):
        members.plan("POST /admin/api/members", answer)
        page.get_by_role("button", name="Invite").click()
        expect(page.locator("#invite-trouble")).to_contain_text(said)
        expect(page.locator("#invite-trouble")).to_be_in_viewport()
        expect(page.get_by_label("E-mail address")).to_have_value("eva@example.com")
    members.plan("DELETE /admin/api/members/ben", problem(ProblemType.MEMBER_NOT_FOUND))
    page.get_by_role("button", name="Remove ben").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator("#members-trouble")).not_to_be_empty()
    expect(page.locator("#members-trouble")).to_be_in_viewport()
    expect(page.locator("#invite-trouble")).to_be_empty()
    expect(row(page, "ben")).to_have_count(1)


def test_invitation_survives_an_expired_session_and_the_sign_in(page: Page, members: AdminApi) -> None:
    write(page, "eva", "eva@example.com")
    members.plan("POST /admin/api/members", bare(401))
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("alert").first).to_contain_text("Your sign-in has expired.")
    sign_in_again(page)
    expect(page.locator("#members-list > li")).to_have_count(4)
    expect(page.get_by_label("Username")).to_have_value("eva")
    page.get_by_role("button", name="Invite").click()
    expect(row(page, "eva")).to_be_visible()


def test_invitation_is_sent_although_the_list_is_still_loading(page: Page, members: AdminApi) -> None:
    held: list[Route] = []
    members.plan("GET /admin/api/members", lambda route, _request: held.append(route))
    page.get_by_role("link", name="Audit log").click()
    page.get_by_role("link", name="Members").click()
    until(page, lambda: held, "the request of the list")
    write(page, "eva", "eva@example.com")
    page.get_by_role("button", name="Invite").click()
    answer_with(members.carry_out(held[0].request))(held[0], held[0].request)
    expect(row(page, "eva")).to_be_visible()


@pytest.mark.parametrize(
    ("groups", "has"),
    [(["editor"], "yours is editor"), (["viewer"], "yours is viewer")],
)
def test_members_tab_is_hidden_from_non_owners_and_explains_the_required_role(
    page: Page, admin: AdminApi, groups: list[str], has: str
) -> None:
    admin.groups = groups
    page.goto("/admin/#members")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#members-trouble")).to_contain_text(f"This needs the role owner, and {has}.")
    expect(page.get_by_role("link", name="Members")).to_have_count(0)
    expect(page.locator("#invite")).to_be_hidden()
    page.get_by_role("link", name="Polls").click()
    expect(page.locator("#dashboard")).to_be_visible()
