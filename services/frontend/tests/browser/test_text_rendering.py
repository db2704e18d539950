"""Edge-case texts in every place of every page: shown unchanged, without horizontal scrolling."""

from itertools import batched
from typing import Any, Final

import pytest
from contracts.polls import Poll
from playwright.sync_api import Page, expect
from stacks.resolver import SITE
from testkit.world import Response

from .admin_routes import AdminApi
from .backend import two_options
from .edge_case_texts import EDGE_CASE_TEXTS
from .fit import cramped, sideways
from .markup import CORPUS, INJECTED, as_asked_for
from .routes import Api, answer_with
from .served_site import content_security_policy

VIOLATIONS = "() => window.violations"
COLLECT_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));"""


TRIOS: Final = [[*trio] for trio in batched([*EDGE_CASE_TEXTS.values(), *CORPUS.values()], 3, strict=True)]
"""A question and two labels each, which needs a third of the page loads."""


def of_these(texts: list[str]) -> dict[str, Any]:
    """Return the question and options of a poll with one text in each place."""
    question, a, b = (as_asked_for(text).question for text in texts)
    return {"question": question, "options": two_options(a, b)}


def assert_harmless(page: Page) -> None:
    """Check that no text became markup or violated the policy; the page fixture checks the rest."""
    assert page.locator(INJECTED).count() == 0
    assert page.evaluate(VIOLATIONS) == []


def _show(page: Page, api: Api, texts: list[str]) -> Poll:
    """Switch to a poll of these texts, cleaned as the API does."""
    poll = api.switch_poll(1_234_567, 7_654_321, **of_these(texts))
    expect(page.locator("#question")).to_have_js_property("textContent", poll.question)
    expect(page.locator("[data-phase=open] #total")).to_contain_text("888")
    return poll


def _vote(page: Page, text: str) -> None:
    page.locator("[data-choice=a][aria-disabled=false]").click()
    page.locator("[data-settled=true]:has([data-tone=good])").wait_for()
    for place in ("[data-choice=a] .label", "#message-detail"):
        expect(page.locator(place)).to_contain_text(text.strip())


@pytest.mark.covers("T13", "R28")
def test_voter_page_shows_every_text_unchanged_and_fits_every_screen(page: Page, api: Api) -> None:
    """One page load follows many poll switches, and so shows many texts."""
    page.add_init_script(COLLECT_VIOLATIONS)
    page.goto("/")
    page.locator("body:has(#live[data-mode=live]) #screen-none:not([hidden])").wait_for()
    wrong: list[str] = []
    for texts in TRIOS:
        poll = _show(page, api, texts)
        wrong += [f"{poll.question}, asked: {problem}" for problem in cramped(page)]
        _vote(page, poll.options.a.label)
        wrong += [f"{poll.question}, voted: {problem}" for problem in cramped(page)]
        assert page.title().split() == f"{poll.question} · This or That".split()
        assert_harmless(page)
    assert wrong == []


def test_embed_shows_every_text_unchanged(page: Page, api: Api) -> None:
    page.add_init_script(COLLECT_VIOLATIONS)
    wrong: list[str] = []
    for texts in TRIOS:
        shown = api.switch_poll(1_234_567, 7_654_321, **of_these(texts))
        page.goto(f"/embed/{shown.poll_id}")
        page.locator("#title:not(:empty)").wait_for()
        page.locator(".count:not(:empty)").first.wait_for()
        written = [page.locator(place).text_content() for place in ("#question", "[data-choice=a] .label")]
        assert written == [shown.question, shown.options.a.label]
        wrong += [f"{shown.question}: {width}" for width in sideways(page)]
        assert_harmless(page)
    assert wrong == []


def test_link_preview_shows_every_text_unchanged(page: Page, api: Api, site_url: str) -> None:
    page.add_init_script(COLLECT_VIOLATIONS)
    wrong: list[str] = []
    for texts in TRIOS:
        shown = api.switch_poll(**of_these(texts))
        answer = api.backend.request("GET", f"/p/{shown.poll_id}")
        body = answer.body.decode().replace(SITE, site_url).replace('http-equiv="refresh"', "")
        headers = {
            "content-type": "text/html",
            "content-security-policy": content_security_policy(site_url.partition("://")[2]),
        }
        api.plan(f"GET /p/{shown.poll_id}", answer_with(Response(200, headers, (), body.encode())))
        page.goto(f"/p/{shown.poll_id}")
        assert page.locator("h1").text_content() == shown.question
        wrong += [f"{shown.question}: {width}" for width in sideways(page)]
        assert_harmless(page)
    assert wrong == []


def test_dashboard_shows_every_text_unchanged_and_fits_every_screen(page: Page, admin: AdminApi) -> None:
    page.add_init_script(COLLECT_VIOLATIONS)
    for texts in reversed(TRIOS):
        admin.given(status="draft", **of_these(texts))
    admin.open_dashboard(page)
    rows = page.locator("#list [data-poll-id]")
    expect(rows).to_have_count(len(TRIOS))
    wrong = [f"the list: {width}" for width in sideways(page)]
    for number, texts in enumerate(TRIOS):
        shown = admin.polls[number]
        rows.nth(number).click()
        expect(page.locator("#details-question")).to_have_js_property("textContent", shown.question)
        for field, text in zip(("#f-question", "#f-a", "#f-b"), texts, strict=True):
            page.locator(field).fill(text)
        wrong += [f"{shown.question}: {width}" for width in sideways(page)]
        assert_harmless(page)
    assert wrong == []


def test_presenter_shows_every_text_unchanged(page: Page, admin: AdminApi) -> None:
    """One page load follows many poll switches, as on the voter's page."""
    page.add_init_script(COLLECT_VIOLATIONS)
    admin.sign_in_tab(page)
    page.goto("/present/")
    page.locator("#live[data-mode=live]").wait_for()
    wrong: list[str] = []
    for texts in TRIOS:
        shown = admin.switch_poll(1_234_567, 7_654_321, **of_these(texts))
        expect(page.locator("#question")).to_have_js_property("textContent", shown.question)
        wrong += [f"{shown.question}: {width}" for width in sideways(page)]
        assert_harmless(page)
    assert wrong == []
