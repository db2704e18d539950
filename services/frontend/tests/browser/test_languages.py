"""Languages of the voter's page: selection, translations, and right-to-left layout."""

from collections.abc import Iterator

import pytest
from contracts.problem import ProblemType
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from ..unit.test_locales import ENGLISH, PLURALS, WORDS, Phrase
from .backend import Backend, two_options
from .routes import Api, no_network, problem
from .states import TIMEOUT_MS

LANGUAGES = [language for language in PLURALS if language != "en"]
RIGHT_TO_LEFT = ["he", "ar"]


def said(phrase: Phrase) -> str:
    assert isinstance(phrase, str)
    return phrase


def speaks(page: Page, language: str) -> None:
    expect(page.locator("html")).to_have_attribute("lang", language)


def left_of(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box
    return box["x"]


@pytest.fixture
def open_poll(page: Page, api: Api) -> Api:
    api.given(1_500_000, 500_000)
    return api


@pytest.fixture
def german(browser: Browser, site_url: str) -> Iterator[BrowserContext]:
    """A phone with locale de-AT."""
    context = browser.new_context(base_url=site_url, locale="de-AT", viewport={"width": 390, "height": 844})
    context.set_default_timeout(TIMEOUT_MS)
    yield context
    context.close()


def test_plural_categories_match_those_of_the_browser(page: Page) -> None:
    page.goto("/icon.svg")
    has = "code => new Intl.PluralRules(code).resolvedOptions().pluralCategories"
    assert {code: set(page.evaluate(has, code)) for code in PLURALS} == PLURALS


class TestLanguageSelection:
    def test_browser_language_is_used_if_available(self, german: BrowserContext, backend: Backend) -> None:
        page = german.new_page()
        api = Api(page, backend)
        api.given(1_500_000, 500_000)
        page.goto("/")
        speaks(page, "de")
        expect(page.locator("#message-title")).to_have_text(said(WORDS["de"]["vote.title"]))
        expect(page.locator("#total")).to_contain_text("000")
        assert page.locator("#total").inner_text() == "bisher 2\u00a0000\u00a0000 Stimmen", "as in Austria"

    def test_language_of_the_link_overrides_the_browser(self, page: Page, open_poll: Api) -> None:
        page.goto("/?lang=es-MX")
        speaks(page, "es")

    def test_unknown_language_falls_back_to_english(self, page: Page, open_poll: Api) -> None:
        page.goto("/?lang=tlh")
        speaks(page, "en")
        expect(page.locator("#message-title")).to_have_text(said(ENGLISH["vote.title"]))

    def test_chosen_language_is_remembered_on_the_device(self, page: Page, open_poll: Api) -> None:
        page.goto("/?lang=es")
        speaks(page, "es")
        page.get_by_label(said(WORDS["es"]["language.label"])).select_option("Français")
        speaks(page, "fr")
        expect(page.locator("#message-title")).to_have_text(said(WORDS["fr"]["vote.title"]))
        page.reload()
        speaks(page, "fr")
        page.locator("#language").select_option("English")
        speaks(page, "en")
        expect(page.locator("#message-title")).to_have_text(said(ENGLISH["vote.title"]))

    def test_link_with_a_code_keeps_its_language(self, page: Page, api: Api) -> None:
        poll = api.given()
        page.goto(f"/?lang=fr#poll={poll.poll_id}&code=x")
        speaks(page, "fr")
        assert page.url.endswith(f"/?poll={poll.poll_id}&lang=fr")

    def test_missing_translations_are_retried(self, page: Page, open_poll: Api) -> None:
        asked: list[str] = []

        def cut_twice(route: Route) -> None:
            asked.append(route.request.url)
            if len(asked) <= 2:
                no_network(route, route.request)
            else:
                route.continue_()

        page.route("**/assets/de-*.json", cut_twice)
        page.goto("/?lang=de")
        speaks(page, "de")
        expect(page.locator("#message-title")).to_have_text(said(WORDS["de"]["vote.title"]))
        assert len(asked) == 3

    def test_voting_works_without_translations(self, page: Page, open_poll: Api) -> None:
        page.route("**/assets/de-*.json", lambda route: no_network(route, route.request))
        page.goto("/?lang=de")
        page.locator('[data-choice="a"]').click()
        expect(page.locator("#message-title")).to_have_text(said(ENGLISH["recorded.title"]))


@pytest.mark.parametrize("language", LANGUAGES)
class TestEveryLanguage:
    def test_messages_are_translated_from_waiting_to_the_final_result(
        self, page: Page, api: Api, language: str
    ) -> None:
        words = WORDS[language]
        page.goto(f"/?lang={language}")
        expect(page.get_by_role("heading", name=said(words["none.title"]))).to_be_visible()
        expect(page.locator("#live")).to_have_attribute("data-mode", "live")
        api.given(49, 49)
        expect(page.locator("#message-title")).to_have_text(said(words["vote.title"]))
        expect(page.locator("#live-label")).to_have_text(said(words["live.live"]))
        api.plan(
            "POST /vote", problem(ProblemType.CROSS_ORIGIN_FORBIDDEN), problem(ProblemType.VALIDATION_FAILED)
        )
        for refusal in ("refused.cross_origin_forbidden", "refused.title"):  # in English from the API
            page.locator('[data-choice="b"]').click()
            expect(page.locator("#message-title")).to_have_text(said(words[refusal]))
            expect(page.locator("#message-detail")).to_have_text(said(words["refused.detail"]))
        page.locator('[data-choice="b"]').click()
        expect(page.locator("#message-title")).to_have_text(said(words["recorded.title"]))
        expect(page.locator("#message-detail")).to_contain_text("The sea")
        page.locator('[data-choice="a"]').click()
        expect(page.locator("#message-title")).to_have_text(said(words["other.title"]))
        api.close_poll(50, 49)
        expect(page.locator("#message-title")).to_have_text(said(words["tie.title"]))


@pytest.mark.parametrize("language", RIGHT_TO_LEFT)
class TestRightToLeft:
    def test_layout_is_mirrored_and_bars_grow_from_the_right(
        self, page: Page, open_poll: Api, language: str
    ) -> None:
        page.goto(f"/?lang={language}")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        page.locator('[data-choice="a"]').click()
        expect(page.locator("#screen-poll")).to_have_attribute("data-bars", "true")
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 800})
            page.wait_for_function(
                """() => {
                  const [all, bar] = ['', ' .fill'].map(part =>
                      document.querySelector(`[data-choice="a"]${part}`).getBoundingClientRect());
                  return Math.abs((all.right - bar.left) / all.width - 0.75) < 0.02 && bar.right > all.right;
                }"""
            )
            assert left_of(page, ".wordmark") > left_of(page, "#live")
            assert left_of(page, ".tug-a") > left_of(page, ".tug-b")
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.set_viewport_size({"width": 1280, "height": 800})
        assert left_of(page, '[data-choice="a"]') > left_of(page, '[data-choice="b"]')
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0

    def test_left_to_right_labels_are_isolated(self, page: Page, api: Api, language: str) -> None:
        api.given(options=two_options("Tea (hot), 5!", "תה"))
        page.goto(f"/?lang={language}")
        page.locator('[data-choice="a"]').click()
        expect(page.locator("#message-detail")).to_contain_text("\u2068Tea (hot), 5!\u2069")
        expect(page.locator("#receipt-code")).to_have_attribute("dir", "ltr")


def test_hebrew_label_is_isolated_in_an_english_sentence(page: Page, api: Api) -> None:
    api.given(options=two_options("תה", "Tea"))
    page.goto("/")
    page.locator('[data-choice="a"]').click()
    expect(page.locator("#message-detail")).to_contain_text("You voted for “\u2068תה\u2069” at")
