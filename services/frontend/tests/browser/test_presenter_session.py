"""The presenter session: a screen can show results and close after the organiser's own session."""

from typing import Any

import pytest
from contracts.enums import PollStatus, ResultVisibility
from playwright.sync_api import Page, expect

from .admin_routes import AdminApi
from .routes import bare

START = "POST /admin/api/presenter-session"
HIDDEN = {"result_visibility": ResultVisibility.NEVER}


def show_after_half_an_hour(page: Page, admin: AdminApi, **facts: Any) -> None:
    """Open the presenter from a signed-in tab, and again once only its presenter session is left."""
    admin.given(128, 85, **facts)
    page.set_viewport_size({"width": 1280, "height": 720})
    admin.sign_in_tab(page)
    page.goto("/present/")
    page.wait_for_function("() => localStorage['tot.presenter']")
    page.add_init_script("delete sessionStorage['tot.signin.session']")
    page.goto("/present/")
    expect(page.locator("body")).to_have_attribute("data-session", "presenting")
    expect(page.locator("#live-label")).to_have_text("Live")
    expect(page.locator("#poll")).to_be_visible()  # before that, keys have no poll to act on


def test_screen_shows_hidden_results_and_follows_them(page: Page, admin: AdminApi) -> None:
    show_after_half_an_hour(page, admin, **HIDDEN)
    page.keyboard.press("r")
    bar = page.locator('.bar[data-choice="a"]')
    expect(bar).to_contain_text("128 votes")
    admin.count_votes(300, 100)
    expect(bar).to_contain_text("300 votes")


def test_screen_shows_the_final_result_of_a_poll_whose_results_stay_hidden(
    page: Page, admin: AdminApi
) -> None:
    show_after_half_an_hour(page, admin, **HIDDEN)
    page.keyboard.press("r")
    expect(page.locator('.bar[data-choice="a"]')).to_contain_text("128 votes")
    admin.close_poll(130, 90)
    expect(page.locator("#turn")).to_have_text("Final result")
    expect(page.locator("#winner")).to_have_text("Mountains wins · 59%")


def test_screen_closes_the_poll(page: Page, admin: AdminApi) -> None:
    show_after_half_an_hour(page, admin)
    page.keyboard.press("c")
    page.get_by_role("dialog").get_by_role("button", name="Close now").click()
    expect(page.locator("#turn")).to_contain_text("Closes in")
    assert admin.backend.poll(admin.poll_id).closes_at is not None
    assert admin.count(f"POST /admin/api/presenter/polls/{admin.poll_id}/close") == 1


def test_timer_key_moves_the_end(page: Page, admin: AdminApi) -> None:
    show_after_half_an_hour(page, admin)
    page.keyboard.press("2")
    expect(page.locator("#turn")).to_contain_text("Closes in")
    assert admin.count(f"PATCH /admin/api/presenter/polls/{admin.poll_id}") == 1


def test_next_question_needs_a_new_sign_in_and_the_screen_says_so(page: Page, admin: AdminApi) -> None:
    show_after_half_an_hour(page, admin)
    page.keyboard.press("n")
    expect(page.get_by_role("alert")).to_contain_text("This needs a new sign-in.")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_end_of_the_session_is_visible_and_announced(page: Page, admin: AdminApi) -> None:
    show_after_half_an_hour(page, admin, **HIDDEN)
    client, table = admin.backend.world.client("dynamodb"), admin.backend.world.table("MembersTable")
    for item in client.scan(TableName=table)["Items"]:
        client.delete_item(TableName=table, Key={"subject": item["subject"]})
    expect(page.get_by_role("alert")).to_contain_text("Your sign-in has expired.")
    expect(page.locator("#said")).to_contain_text("Your sign-in has expired.")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.evaluate("() => localStorage['tot.presenter']") is None


def test_expired_organiser_session_continues_as_a_presenter_session(page: Page, admin: AdminApi) -> None:
    admin.given(128, 85)
    admin.sign_in_tab(page)
    page.goto("/present/")
    page.wait_for_function("() => localStorage['tot.presenter']")
    admin.forever("POST /admin/api/live/ticket", bare(401))
    admin.cut_sockets()
    expect(page.locator("body")).to_have_attribute("data-session", "presenting")
    expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.locator("#live-label")).to_have_text("Live")


@pytest.mark.covers("T43")
def test_sign_out_on_the_dashboard_ends_the_presenter_session(page: Page, admin: AdminApi) -> None:
    admin.given(128, 85, status=PollStatus.OPEN)
    admin.sign_in_tab(page)
    page.goto("/present/")
    page.wait_for_function("() => localStorage['tot.presenter']")
    page.goto("/admin/")
    with page.expect_response("**/admin/api/presenter/session") as answer:
        page.get_by_role("button", name="Sign out").click()
    assert answer.value.status == 204
    client, table = admin.backend.world.client("dynamodb"), admin.backend.world.table("MembersTable")
    assert not client.scan(TableName=table)["Items"]


@pytest.mark.covers("T43")
def test_token_of_the_session_is_out_of_reach_of_scripts(page: Page, admin: AdminApi) -> None:
    show_after_half_an_hour(page, admin)
    [cookie] = [each for each in page.context.cookies() if each.get("name") == "__Host-presenter"]
    reach = "() => document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"
    assert str(cookie.get("value")) not in page.evaluate(reach)


def test_reload_starts_no_second_session(page: Page, admin: AdminApi) -> None:
    admin.given(128, 85)
    admin.sign_in_tab(page)
    page.goto("/present/")
    page.wait_for_function("() => localStorage['tot.presenter']")
    page.reload()
    expect(page.locator("#live-label")).to_have_text("Live")
    assert admin.count(START) == 1
