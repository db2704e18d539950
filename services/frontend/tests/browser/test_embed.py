"""An embedded poll in real Chromium: only on named sites, live, and without voting."""

from typing import Final

import pytest
from contracts.problem import ProblemType
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, ViewportSize, expect

from ..unit.test_locales import PLURALS, WORDS, forms
from .axe import findings
from .backend import Backend, two_options
from .embed_states import EMBED_STATES, EMBEDDING_SITE, reach_embed, visit_embed
from .fit import cramped, moving
from .routes import Api, problem, results_of

STRANGER: Final = "https://evil.example"
SMALL: Final = ViewportSize(width=320, height=480)
VOTES: Final = {"/vote", "/voter-token", "/voter-token/challenge"}


def said(language: str, name: str) -> str:
    return forms(WORDS[language][name])[""]


def play(page: Page, api: Api, site_url: str) -> None:
    """Open a poll that one of two fake sites may embed."""
    poll = api.given(
        2,
        1,
        question="<b>Tea</b> or coffee?",
        options=two_options("Tea", "Coffee"),
        embed_origins=[EMBEDDING_SITE],
    )
    address = f"{site_url}/embed/{poll.poll_id}"
    around = f"<!doctype html><h1>News</h1><iframe width=320 height=480 src={address}></iframe>"
    for site in (EMBEDDING_SITE, STRANGER):
        page.route(f"{site}/", lambda route: route.fulfill(content_type="text/html", body=around))


@pytest.fixture
def embed(page: Page, api: Api, site_url: str) -> FrameLocator:
    """The embed in the permitted site's page, which the test still has to open."""
    play(page, api, site_url)
    return page.frame_locator("iframe")


def test_named_site_shows_the_embedded_poll_with_live_results(
    page: Page, api: Api, embed: FrameLocator
) -> None:
    page.goto(f"{EMBEDDING_SITE}/")

    expect(embed.get_by_role("heading")).to_have_text("<b>Tea</b> or coffee?")
    expect(embed.locator("[data-choice=a] .percent")).to_have_text("67%")
    expect(embed.locator("#total")).to_have_text("3 votes so far")
    expect(embed.locator("#live")).to_have_attribute("data-mode", "live")
    api.count_votes(3, 3)
    expect(embed.locator("[data-choice=b] .percent")).to_have_text("50%")
    api.plant(results_of(api.poll, 0, 1))
    api.count_votes(4, 4)
    expect(embed.locator("#total")).to_have_text("8 votes so far")
    assert embed.locator("button, input, form").count() == 0
    assert not [path for _, path in api.requests if path in VOTES]


@pytest.mark.covers("T35")
def test_embed_link_marks_an_option_that_one_tap_casts_and_the_embed_updates(
    context: BrowserContext, backend: Backend, site_url: str
) -> None:
    page, api = (
        context.new_page(),
        Api(context, backend),
    )  # the embed and the tab that it opens share their services
    play(page, api, site_url)
    context.clock.install()
    page.goto(f"{EMBEDDING_SITE}/")
    link = page.frame_locator("iframe").get_by_role("link", name="Coffee")
    expect(link).to_have_accessible_name("Coffee 33% 1 vote Vote opens in a new tab")

    with context.expect_page() as opened:
        link.click()
    tab = opened.value
    assert tab.url == f"{site_url}/?poll={api.poll_id}&choice=b"
    expect(tab.locator("[data-marked=true] .label")).to_have_text("Coffee")
    expect(tab.locator("#live")).to_have_attribute("data-mode", "live")
    assert tab.evaluate("window.opener") is None
    assert not [path for _, path in api.requests if path in VOTES]
    tab.clock.fast_forward(600)  # the time in which a tap is ignored
    tab.locator("[data-marked=true]").click()
    expect(tab.locator("#message-title")).to_have_text(said("en", "recorded.title"))
    assert [vote.choice for vote in api.sent] == ["b"]
    expect(link).to_have_accessible_name("Coffee 50% 2 votes Vote opens in a new tab")
    api.count_votes(2, 3)
    expect(link).to_have_accessible_name("Coffee 67% 4 votes Vote opens in a new tab")


def test_embedded_poll_shows_the_final_result_after_the_close(
    page: Page, api: Api, embed: FrameLocator
) -> None:
    page.goto(f"{EMBEDDING_SITE}/")
    expect(embed.locator("#title")).to_have_text(said("en", "embed.title"))
    api.close_poll(5, 2)
    expect(embed.locator("#title")).to_have_text("Final result: Tea")
    expect(embed.locator("[data-won=true] .label")).to_have_text("Tea")
    expect(embed.get_by_role("link")).to_have_count(1)
    expect(embed.get_by_role("link")).to_have_accessible_name("Open this poll opens in a new tab")


def test_embedded_poll_hides_hidden_results_and_explains_when_they_show(
    browser: Browser, backend: Backend, site_url: str
) -> None:
    for name, words in (
        ("hidden-until-voted", "Our page shows results once you have voted"),
        ("hidden-until-closed", "213 votes so far · Results show when voting closes"),
    ):
        with visit_embed(browser, backend, site_url, EMBED_STATES[name]) as page:
            expect(page.locator("#total")).to_have_text(words)
            assert page.locator(".percent, .count").all_text_contents() == [""] * 4


def test_embedded_poll_uses_the_requested_language_and_passes_it_on(
    browser: Browser, backend: Backend, site_url: str
) -> None:
    for language in PLURALS:
        with visit_embed(browser, backend, site_url, EMBED_STATES["open"], f"?lang={language}") as page:
            expect(page.locator("html")).to_have_attribute("lang", language)
            expect(page.locator("#title")).to_have_text(said(language, "embed.title"))
            expect(page.locator("[data-choice=a] .go")).to_contain_text(said(language, "embed.vote"))
            links = [link.get_attribute("href") or "" for link in page.get_by_role("link").all()]
            assert [link.partition("&")[2] for link in links] == [
                f"choice=a&lang={language}",
                f"choice=b&lang={language}",
                f"lang={language}",
            ]
    with visit_embed(browser, backend, site_url, EMBED_STATES["open"], locale="he") as page:
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert "lang" not in (page.locator("#more").get_attribute("href") or "")


def test_embedded_poll_disappears_after_deletion(page: Page, api: Api, site_url: str) -> None:
    page.clock.install()
    reach_embed(page, api, EMBED_STATES["open"], site_url)
    api.forever(f"GET /polls/{api.poll_id}", problem(ProblemType.UNKNOWN_POLL))
    page.clock.fast_forward(80_000)
    expect(page.get_by_role("heading")).to_have_text(said("en", "unknown.title"))
    expect(page.locator("#choices")).to_be_hidden()


@pytest.mark.parametrize("name", EMBED_STATES)
def test_every_state_of_the_embed_is_accessible(
    browser: Browser, backend: Backend, site_url: str, name: str
) -> None:
    with visit_embed(browser, backend, site_url, EMBED_STATES[name], viewport=SMALL) as page:
        assert findings(page) + cramped(page) + moving(page) == []
    with visit_embed(browser, backend, site_url, EMBED_STATES[name], "?lang=ar", viewport=SMALL) as page:
        assert findings(page, colours=False) + cramped(page) == []


@pytest.mark.covers("T35")
def test_other_sites_cannot_embed_the_poll(context: BrowserContext, backend: Backend, site_url: str) -> None:
    page = context.new_page()  # the one page that is expected to violate its policy
    api = Api(page, backend)
    play(page, api, site_url)

    with page.expect_event("console", lambda message: "frame-ancestors" in message.text):
        page.goto(f"{STRANGER}/")

    assert not [path for _, path in api.requests if path.startswith("/results")]
