"""Pages in a browser that blocks cookies or site data, or that is below the supported version."""

from collections.abc import Callable
from typing import Final

import pytest
from contracts.enums import Choice
from contracts.problem import ProblemType
from playwright.sync_api import Browser, Page, expect

from ..unit.test_locales import PLURALS, WORDS
from .admin_routes import AdminApi
from .backend import Backend
from .routes import Api, no_network, problem

NO_STORAGE: Final = """for (const area of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, area, { get() { throw new DOMException("denied", "SecurityError"); } });
}"""
NO_COOKIES: Final = 'Object.defineProperty(Navigator.prototype, "cookieEnabled", { get: () => false })'
OLD: Final = "delete Array.prototype.at"
PAGES: Final = ("/", "/admin/", "/present/")


@pytest.fixture
def open_poll(page: Page, api: Api) -> Api:
    """An open poll that no page shows yet."""
    api.given(128, 85)
    return api


class TestWithoutSiteData:
    def test_vote_without_site_data_gets_a_receipt(self, page: Page, open_poll: Api) -> None:
        page.add_init_script(NO_STORAGE)
        page.goto("/")
        page.locator('[data-choice="a"]').click()
        expect(page.locator("#receipt-code")).not_to_be_empty()
        expect(page.locator("#receipt-code")).to_have_text(open_poll.receipt)

    def test_presenter_without_site_data_shows_the_open_poll(self, page: Page, admin: AdminApi) -> None:
        poll = admin.given(128, 85)
        page.add_init_script(NO_STORAGE)
        page.goto("/present/")
        expect(page.locator("#question")).to_have_text(poll.question)
        expect(page.locator('[data-choice="a"] .percent')).to_have_text("60%")

    @pytest.mark.parametrize("address", ["/admin/", "/present/"])
    def test_sign_in_without_site_data_names_the_required_permission(
        self, page: Page, admin: AdminApi, address: str
    ) -> None:
        page.add_init_script(NO_STORAGE)
        page.goto(address)
        page.locator("#sign-in").click()
        expect(page.locator("#alert-title")).to_have_text("Your browser blocks this site's data")
        expect(page.locator("#alert-detail")).to_contain_text("Allow site data for this site")
        assert admin.authorizations == [] == admin.signed_in


class TestWithoutCookies:
    @pytest.mark.parametrize("language", PLURALS)
    def test_page_without_cookies_names_the_required_permission_before_the_tap(
        self, page: Page, open_poll: Api, language: str
    ) -> None:
        page.add_init_script(NO_COOKIES)
        page.goto(f"/?lang={language}")
        expect(page.locator("#message-title")).to_have_text(str(WORDS[language]["cookies.title"]))
        expect(page.locator("#message-detail")).to_have_text(str(WORDS[language]["cookies.detail"]))
        expect(page.locator('[data-choice="a"]')).to_have_attribute("aria-disabled", "true")
        assert open_poll.sent == []

    def test_missing_cookie_is_named_as_the_reason(self, page: Page, open_poll: Api) -> None:
        open_poll.forever("POST /vote", problem(ProblemType.NO_VOTER_TOKEN))
        page.goto("/")
        page.locator('[data-choice="a"]').click()
        expect(page.locator("#message-title")).to_have_text("Your browser blocks this site's cookie")

    @pytest.mark.covers("T1")
    def test_voter_token_lost_after_an_unanswered_vote_is_not_replaced(
        self, page: Page, open_poll: Api
    ) -> None:
        open_poll.plan("POST /vote", no_network, problem(ProblemType.NO_VOTER_TOKEN))
        page.goto("/")
        page.locator('[data-choice="a"]').click()
        expect(page.locator("#message-title")).to_have_text("Your vote could not be confirmed")
        assert (open_poll.count("POST /voter-token"), open_poll.count("POST /vote")) == (1, 2)
        assert {vote.choice for vote in open_poll.sent} <= {Choice.A}


class TestBelowTheFloor:
    @pytest.fixture
    def visit(self, browser: Browser, backend: Backend, site_url: str) -> Callable[[str, str], Page]:
        """Open a page in a browser without a required feature; its errors are expected."""

        def open_page(address: str, lacks: str) -> Page:
            page = browser.new_page(base_url=site_url)
            Api(page, backend)
            page.add_init_script(lacks)
            page.goto(address)
            return page

        return open_page

    @pytest.mark.parametrize("address", PAGES)
    def test_unsupported_browser_sees_the_required_versions(
        self, visit: Callable[[str, str], Page], address: str
    ) -> None:
        page = visit(address, OLD)
        expect(page.locator("#floor")).to_contain_text("Safari 16.4, or newer")
        expect(page.locator("main").first).to_be_hidden()
        page.close()

    @pytest.mark.parametrize(
        ("address", "lacking"),
        [("/", "AbortController"), ("/admin/", "matchMedia"), ("/present/", "ResizeObserver")],
    )
    def test_script_error_before_the_first_draw_is_not_shown_as_network_error(
        self, visit: Callable[[str, str], Page], address: str, lacking: str
    ) -> None:
        page = visit(address, f"window.{lacking} = undefined;")
        expect(page.locator("#floor")).to_be_visible()
        page.close()
