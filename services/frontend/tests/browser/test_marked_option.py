"""Links that mark an option: the mark is seen and announced, and only a tap casts a vote."""

from datetime import timedelta

import pytest
from contracts.enums import Choice, VoterPolicy
from playwright.sync_api import Page, expect

from ..unit.test_locales import PLURALS, WORDS, forms
from .backend import now
from .routes import Api
from .states import read_in

READ_MS = 600
VOTES = {"/voter-token", "/voter-token/challenge", "/vote"}


def said(language: str, name: str, **values: str) -> str:
    text = forms(WORDS[language][name])[""]
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", value)
    return text


def asked_for_a_vote(api: Api) -> list[str]:
    return [path for _, path in api.requests if path in VOTES]


def follow(page: Page, api: Api, query: str = "choice=b", **facts: object) -> None:
    """Open the link, and wait until the page is live and shows its total."""
    api.given(3, 1, **facts)
    page.clock.install()
    page.goto(f"/?poll={api.poll_id}&{query}")
    expect(page.locator("#live")).to_have_attribute("data-mode", "live")
    expect(page.locator("#total")).not_to_be_empty()


def tap(page: Page, choice: str) -> None:
    page.clock.fast_forward(READ_MS)  # the time in which a tap is ignored
    page.locator(f'[data-choice="{choice}"]').click()


@pytest.mark.covers("T35")
def test_mark_is_shown_and_announced_in_every_language_without_a_vote(page: Page, api: Api) -> None:
    follow(page, api)
    spoken = page.get_by_role("status").filter(has=page.locator("#message-title"))
    for language in PLURALS:
        read_in(page, language)
        expect(page.locator('[data-choice="b"] .mark')).to_contain_text(said(language, "mark.chosen"))
        expect(page.locator('[data-choice="a"] .mark')).to_be_empty()
        expect(page.locator('[data-choice="b"]')).to_have_attribute("aria-pressed", "false")
        expect(spoken).to_contain_text(said(language, "marked.title"))
        option = "\u2068The sea\u2069" if language in {"he", "ar"} else "The sea"
        expect(spoken).to_contain_text(said(language, "marked.detail", option=option))
        expect(spoken).to_contain_text(said(language, "rule.device"))
    assert asked_for_a_vote(api) == []


@pytest.mark.parametrize("choice", ["a", "b"])
def test_one_tap_casts_either_option(page: Page, api: Api, choice: str) -> None:
    follow(page, api)
    tap(page, choice)
    expect(page.locator("#message-title")).to_have_text(said("en", "recorded.title"))
    expect(page.locator("[data-marked=true]")).to_have_count(0)
    assert [vote.choice for vote in api.sent] == [Choice(choice)]


@pytest.mark.covers("T35")
def test_second_click_of_a_double_click_casts_no_vote(page: Page, api: Api) -> None:
    page.add_init_script(  # click as early as possible: once the mark is drawn
        """new MutationObserver((_, watch) => {
          const button = document.querySelector('[data-marked="true"]');
          if (button) { watch.disconnect(); button.click(); window.clicked = true; }
        }).observe(document, { subtree: true, attributes: true });"""
    )
    follow(page, api)
    page.wait_for_function("window.clicked")
    page.clock.fast_forward(READ_MS)
    assert asked_for_a_vote(api) == []
    expect(page.locator("[data-marked=true]")).to_have_count(1)


def test_key_press_without_focus_casts_no_vote(page: Page, api: Api) -> None:
    follow(page, api)
    page.clock.fast_forward(READ_MS)
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert "/vote" not in asked_for_a_vote(api)


NO_OPTION = [
    "choice=c",
    "choice=",
    "choice=ab&choice=a",
    "chosen=a",
    "choice[]=a",
]


def test_invalid_option_or_missing_poll_marks_nothing(page: Page) -> None:
    page.goto("/icon.svg")
    marked = "async (search) => (await import('/logic/code.js')).readLink({ search, hash: '' }).choice"
    assert page.evaluate(marked, "?poll=1&choice=a") == "a"
    assert [page.evaluate(marked, f"?poll=1&{query}") for query in NO_OPTION] == [None] * len(NO_OPTION)
    assert page.evaluate(marked, "?choice=a") is None, "whichever poll is open has not been chosen from"


def test_recorded_vote_is_shown_instead_of_a_mark(page: Page, api: Api) -> None:
    follow(page, api)
    tap(page, "a")
    expect(page.locator("#message-title")).to_have_text(said("en", "recorded.title"))
    page.reload()
    expect(page.locator("#message-title")).to_have_text(said("en", "recorded.title"))
    expect(page.locator("[data-marked=true]")).to_have_count(0)
    assert len(api.sent) == 1


def test_mark_is_kept_until_the_poll_opens(page: Page, api: Api) -> None:
    follow(page, api, opens_at=now() + timedelta(minutes=9))
    expect(page.locator("#ticker")).not_to_be_empty()
    expect(page.locator('[data-choice="b"]')).to_have_attribute("data-marked", "true")
    page.clock.fast_forward(READ_MS)
    page.locator('[data-choice="b"]').dispatch_event("click")
    assert asked_for_a_vote(api) == []


def test_link_with_a_code_keeps_mark_and_language_and_drops_the_code_from_the_address(
    page: Page, api: Api
) -> None:
    api.given(3, 1, policy=VoterPolicy.CODE)
    [code] = api.mint_codes(1)
    page.clock.install()
    page.goto(f"/?choice=b&lang=en#poll={api.poll_id}&code={code}")
    expect(page.locator("#message-title")).to_have_text(said("en", "marked.title"))
    assert page.url.endswith(f"/?poll={api.poll_id}&lang=en&choice=b")
    tap(page, "b")
    expect(page.locator("#message-title")).to_have_text(said("en", "recorded.title"))
