"""The dashboard by role: available controls, and the message after a role was lost."""

from typing import Final

import pytest
from contracts.enums import VoterPolicy
from contracts.problem import ProblemType
from playwright.sync_api import Page, expect

from .admin_routes import AdminApi
from .routes import problem
from .waits import sign_in_again

EDITORS: Final = ("#open", "#schedule", "#codes-form", "#form")
OWNERS: Final = ("#archive",)
DISPLAYED: Final = "part => getComputedStyle(part).display !== 'none'"
"""Of a part in the menu: whether the role has it. The menu itself may be closed."""
SAID: Final = "This needs the role editor, and yours is viewer. An owner can change that under Members."


@pytest.mark.parametrize(
    ("groups", "role", "there"),
    [
        (["owner", "choir"], "owner", {*EDITORS, *OWNERS}),
        (["viewer", "editor"], "editor", {*EDITORS}),
        (["viewer"], "viewer", set()),
    ],
)
def test_controls_beyond_the_role_are_hidden(
    page: Page, admin: AdminApi, groups: list[str], role: str, there: set[str]
) -> None:
    admin.groups = groups
    admin.given(question="Over?", status="closed")
    draft = admin.given(status="draft", policy=VoterPolicy.CODE)
    admin.open_dashboard(page)
    expect(page.locator("#role")).to_have_text(role)
    page.locator(f'[data-poll-id="{draft.poll_id}"]').click()
    for part in EDITORS:
        expect(page.locator(part)).to_be_visible(visible=part in there)
    assert page.locator("#delete").evaluate(DISPLAYED) == (role == "owner")
    expect(page.locator("#more-actions")).to_be_visible(visible=bool(there))
    page.get_by_text("Over?").first.click()
    expect(page.locator("#details-question")).to_have_text("Over?")
    for part in OWNERS:
        assert page.locator(part).evaluate(DISPLAYED) == (part in there)
    expect(page.locator("#voter-link")).to_be_visible()


@pytest.mark.parametrize("tab", ["", "#members", "#audit-log"])
def test_account_without_a_role_sees_instructions_in_every_tab(page: Page, admin: AdminApi, tab: str) -> None:
    admin.groups = []
    admin.given(question="Over?", status="closed")
    page.goto(f"/admin/{tab}")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#role")).to_have_text("no role")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account has no role yet")
    expect(page.locator("#roleless")).to_contain_text(
        "An owner gives it one under Members. Your user name there: ada"
    )
    expect(page.get_by_text("Over?")).to_have_count(0)
    for part in (*EDITORS, *OWNERS, "#tabs", "#dashboard", "#tab-members", "#tab-audit-log"):
        expect(page.locator(part)).to_be_hidden()
    admin.groups = ["viewer"]
    sign_in_again(page)
    expect(page.locator("#role")).to_have_text("viewer")
    expect(page.locator("#roleless")).to_be_hidden()


def test_presenter_without_a_role_shows_public_results(page: Page, admin: AdminApi) -> None:
    admin.groups = []
    admin.given(2, 1, question="Tea or coffee?")
    admin.sign_in_tab(page)
    page.goto("/present/")
    expect(page.locator("#question")).to_have_text("Tea or coffee?")
    expect(page.locator("#as")).to_contain_text("Your account has no role yet")
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")


def test_lost_role_names_the_required_role_and_keeps_typed_text(page: Page, admin: AdminApi) -> None:
    admin.open_dashboard(page)
    page.get_by_label("Question").fill("Half typed?")
    page.get_by_label("This", exact=True).fill("Tea")
    page.get_by_label("That", exact=True).fill("Coffee")
    admin.plan("POST /admin/api/polls", problem(ProblemType.INSUFFICIENT_ROLE, detail=SAID))
    page.get_by_role("button", name="Create draft").click()
    expect(page.get_by_role("alert")).to_contain_text("Your role does not allow this")
    expect(page.get_by_role("alert")).to_contain_text(SAID)
    expect(page.get_by_label("Question")).to_have_value("Half typed?")
    page.get_by_role("button", name="OK").click()
    page.get_by_role("button", name="Create draft").click()
    expect(page.locator("#details-question")).to_have_text("Half typed?")
