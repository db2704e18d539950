"""Buttons that wait for an answer keep the focus and ignore further presses."""

import pytest
from contracts.enums import VoterPolicy
from contracts.problem import ProblemType
from playwright.sync_api import Page, Request, Route, expect

from .admin_routes import AdminApi
from .routes import problem
from .test_admin_poll_actions import in_an_hour
from .waits import until


@pytest.mark.parametrize(
    ("button", "call"),
    [
        ("later", "PATCH /admin/api/polls/{}"),
        ("recount-again", "POST /admin/api/results/{}/recount"),
        ("abuse-look", "GET /admin/api/polls/{}/abuse"),
        ("codes-make", "POST /admin/api/polls/{}/codes"),
        ("export", "GET /admin/api/results/{}/export"),
        ("more", "GET /admin/api/polls"),
        ("create", "POST /admin/api/polls"),
    ],
)
def test_waiting_button_keeps_the_focus_and_ignores_presses(
    page: Page, admin: AdminApi, button: str, call: str
) -> None:
    admin.page_sizes["/admin/api/polls"] = 1
    admin.given(question="Old?", status="closed")
    admin.given(policy=VoterPolicy.CODE, closes_at=in_an_hour())
    admin.open_dashboard(page)
    expect(page.locator("#more")).to_be_visible()
    for name in ("question", "a", "b"):
        page.locator(f"#f-{name}").fill(name)
    waiting: list[Route] = []

    def wait(route: Route, _request: Request) -> None:
        waiting.append(route)

    call = call.format(admin.poll_id)
    before = admin.count(call)
    admin.plan(call, wait)
    page.locator(f"#{button}").focus()
    page.keyboard.press("Enter")
    until(page, lambda: waiting, "the request")
    expect(page.locator(f"#{button}")).to_have_attribute("aria-disabled", "true")
    expect(page.locator(f"#{button}")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    problem(ProblemType.UNAVAILABLE)(waiting[0], waiting[0].request)
    expect(page.locator(f"#{button}")).to_have_attribute("aria-disabled", "false")
    expect(page.locator(f"#{button}")).to_be_focused()
    assert admin.count(call) == before + 1
