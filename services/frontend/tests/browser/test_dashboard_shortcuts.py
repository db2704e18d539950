"""The dashboard's shortcuts of one key, its examples for a first poll, and its signs of waiting."""

from typing import Final

import pytest
from playwright.sync_api import Page, Request, Route, expect

from .admin_routes import AdminApi
from .keyboard import close_dialog

HEBREW_N: Final = 'new KeyboardEvent("keydown", { key: "מ", code: "KeyN", bubbles: true })'


def test_question_mark_shows_the_shortcuts_and_escape_hides_them(page: Page, admin: AdminApi) -> None:
    admin.given(128, 85)
    admin.open_dashboard(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("New question")
    close_dialog(page)
    expect(page.locator("#help")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()


@pytest.mark.parametrize(
    ("key", "target"), [("n", "#f-question"), ("/", "#find-words"), ("d", "#details-question")]
)
def test_shortcut_moves_the_focus(page: Page, admin: AdminApi, key: str, target: str) -> None:
    admin.given(128, 85)
    admin.open_dashboard(page)
    expect(page.locator("#bars")).to_contain_text("60%")
    page.keyboard.press(key)
    expect(page.locator(target)).to_be_focused()


def test_shortcut_works_on_a_keyboard_without_latin_letters(page: Page, admin: AdminApi) -> None:
    admin.given(128, 85)
    admin.open_dashboard(page)
    expect(page.locator("#bars")).to_contain_text("60%")
    page.evaluate(f"document.body.dispatchEvent({HEBREW_N})")
    expect(page.locator("#f-question")).to_be_focused()


def test_typed_text_and_keys_turned_off_trigger_no_shortcut(page: Page, admin: AdminApi) -> None:
    admin.given(128, 85)
    admin.open_dashboard(page)
    question = page.get_by_label("Question", exact=True)
    question.press_sequentially("n?/d")
    expect(question).to_have_value("n?/d")
    expect(page.locator("#help")).to_be_hidden()
    page.locator("#details-question").focus()
    page.keyboard.press("?")
    page.get_by_label("Shortcuts of one key").uncheck()
    page.locator("#help-close").click()
    page.keyboard.press("n")
    expect(question).not_to_be_focused()
    page.reload()
    expect(page.locator("#bars")).to_contain_text("60%")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_hidden()


def test_example_fills_the_form_of_the_first_poll(page: Page, admin: AdminApi) -> None:
    admin.open_dashboard(page)
    page.get_by_role("button", name="Tea or coffee?").click()
    expect(page.get_by_label("Question", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#details-status")).to_have_text("Draft")
    [wanted] = admin.wanted
    assert (wanted.question, wanted.options.a.label, wanted.options.b.label) == (
        "Tea or coffee?",
        "Tea",
        "Coffee",
    )


def test_question_field_grows_with_its_text(page: Page, admin: AdminApi) -> None:
    admin.open_dashboard(page)
    question = page.get_by_label("Question", exact=True)
    question.fill("Short?")
    short = question.bounding_box()
    question.fill("Which of the two places shall the whole team travel to this summer, " * 2)
    long = question.bounding_box()
    assert short
    assert long
    assert long["height"] > 1.5 * short["height"]
    assert question.evaluate("field => field.scrollHeight <= field.clientHeight + 1")


def test_slow_export_shows_that_it_runs(page: Page, admin: AdminApi) -> None:
    admin.given(128, 85)
    held: list[Route] = []

    def hold(route: Route, _: Request) -> None:
        held.append(route)

    admin.open_dashboard(page)
    page.route("**/export?*", hold)
    button = page.locator("#export")
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    expect(button).to_have_attribute("aria-disabled", "true")
    page.wait_for_function("() => true")
    [route] = held
    route.abort()
    expect(button).to_have_attribute("aria-disabled", "false")
    assert button.get_attribute("aria-busy") is None
