"""The dashboard in six languages: every text, refusals of the API, and right-to-left layout."""

import pytest
from contracts.problem import ProblemType
from playwright.sync_api import Page, expect

from ..unit.test_locales import ENGLISH, OWN_NAME, WORDS
from .admin_routes import AdminApi
from .keyboard import close_dialog
from .routes import problem
from .test_languages import LANGUAGES, RIGHT_TO_LEFT, left_of, said, speaks

SHOWN = """() => [...document.querySelectorAll("#app *")]
  .filter((one) => one.checkVisibility() && one.childElementCount === 0)
  .flatMap((one) => [one.textContent, one.title, one.ariaLabel, one.placeholder])
  .map((text) => (text ?? "").trim())"""


def english_texts(page: Page, language: str) -> set[str]:
    """Return the texts of the page that are English phrases with a translation."""
    names = [
        name
        for name, phrase in ENGLISH.items()
        if isinstance(phrase, str) and phrase != WORDS[language][name]
    ]
    return {said(ENGLISH[name]) for name in names} & set(page.evaluate(SHOWN)) - OWN_NAME


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_tab_and_dialog_is_in_the_chosen_language(page: Page, admin: AdminApi, language: str) -> None:
    words = WORDS[language]
    admin.given(128, 85)
    admin.sign_in_tab(page)
    page.goto(f"/admin/?lang={language}")
    speaks(page, language)
    expect(page.locator("#details-status")).to_have_text(said(words["lifecycle.open"]))
    expect(page.locator("#chart svg")).to_be_visible()
    page.locator("#more-settings > summary").click()
    assert english_texts(page, language) == set()
    page.locator("#more-actions-open").click()
    page.locator("#until").click()
    expect(page.get_by_role("dialog", name=said(words["dialog.end_time"]))).to_be_visible()
    assert english_texts(page, language) == set()
    close_dialog(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name=said(words["shortcut.title"]))).to_be_visible()
    assert english_texts(page, language) == set()
    page.keyboard.press("Escape")
    for tab, heading in (("members", "app.members"), ("audit-log", "app.audit_log")):
        page.locator(f'#tabs a[href="#{tab}"]').click()
        expect(page.get_by_role("heading", level=1, name=said(words[heading]))).to_be_focused()
        assert english_texts(page, language) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_refusals_are_worded_by_the_page_in_its_language(page: Page, admin: AdminApi, language: str) -> None:
    admin.given(128, 85)
    admin.sign_in_tab(page)
    page.goto(f"/admin/?lang={language}")
    page.locator("#close").click()
    admin.plan(f"POST /admin/api/polls/{admin.poll_id}/close", problem(ProblemType.INVALID_STATE))
    page.locator("#confirm-yes").click()
    expect(page.locator("#refusal-title")).to_have_text(said(WORDS[language]["refusal.state"]))
    expect(page.locator("#refusal-detail")).to_have_text(said(WORDS[language]["refusal.state_advice"]))


def test_chosen_language_changes_every_text_and_is_remembered(page: Page, admin: AdminApi) -> None:
    admin.given(1280, 850)
    admin.open_dashboard(page)
    expect(page.locator("#details-total")).to_have_text("2,130 votes")
    page.get_by_label("Language", exact=True).select_option("Deutsch")
    speaks(page, "de")
    expect(page.locator("#details-total")).to_have_text("2.130 Stimmen")
    expect(page.locator('.bar[data-choice="a"] .percent')).to_have_text("60\u00a0%")
    expect(page).to_have_title("Veranstalter · This or That")
    assert english_texts(page, "de") == set()
    page.reload()
    expect(page.locator("#present-link")).to_have_text(said(WORDS["de"]["act.present"]))


@pytest.mark.parametrize("language", RIGHT_TO_LEFT)
def test_layout_is_mirrored_and_fits_every_width(page: Page, admin: AdminApi, language: str) -> None:
    admin.given(128, 85)
    admin.sign_in_tab(page)
    for width in (320, 390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"/admin/?lang={language}")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        expect(page.locator("#details-total")).not_to_be_empty()
        page.wait_for_function(
            """() => {
              const [all, bar] = [".track", ".fill"].map(part =>
                  document.querySelector(`#bars [data-choice="a"] ${part}`).getBoundingClientRect());
              return Math.abs((all.right - bar.left) / all.width - 0.6) < 0.02 && bar.right >= all.right - 1;
            }"""
        )
        assert left_of(page, ".wordmark") > left_of(page, "#sign-out")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert left_of(page, "#poll-details") > left_of(page, "#form")
