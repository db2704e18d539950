"""Awkward texts in every place of every page: shown as they are, and never sideways."""

import json
from itertools import batched
from typing import Final

import pytest
from contracts.polls import PollV3
from contracts.realtime import PollOpenedFrame
from playwright.sync_api import Page, expect
from poll_service.domain.preview import preview_of
from poll_service.domain.words import WORDS

from .audit import PAINTED
from .awkward import AWKWARD
from .fake_admin import FakeAdmin
from .fake_api import FakeApi, a_poll, results_of, two_options
from .fit import cramped
from .frame_states import serve_frame
from .markup import BEGOTTEN, CORPUS, as_asked_for
from .served_site import content_security_policy
from .wall_states import SESSION

OFFENCES = "() => window.offences"
COUNT_OFFENCES = """
window.offences = [];
document.addEventListener("securitypolicyviolation", (event) => offences.push(event.violatedDirective));"""


def _show(page: Page, api: FakeApi, text: str) -> None:
    """Switch to a poll of this text, as it is taken from an organiser."""
    wanted = as_asked_for(text)
    api.poll = a_poll(
        question=wanted.question, options=two_options(wanted.options.a.label, wanted.options.b.label)
    )
    api.send(PollOpenedFrame(poll_id=api.poll.poll_id, status=api.poll.status, version=1))
    api.send(results_of(api.poll, 1_234_567, 7_654_321, version=2))
    expect(page.locator("#question")).to_have_js_property("textContent", wanted.question)
    expect(page.locator("[data-phase=open] #total")).to_contain_text("888")


def _vote(page: Page, text: str) -> None:
    page.locator("[data-choice=a][aria-disabled=false]").click()
    page.locator("[data-settled=true]:has([data-tone=good])").wait_for()
    for place in ("[data-choice=a] .label", "#message-detail"):
        expect(page.locator(place)).to_contain_text(text.strip())


# A page that follows many switches takes many texts in one load.
@pytest.mark.parametrize("texts", [AWKWARD, CORPUS], ids=["awkward", "markup"])
def test_texts_are_shown_as_they_are_and_fit_any_screen(
    page: Page, api: FakeApi, texts: dict[str, str]
) -> None:
    page.add_init_script(COUNT_OFFENCES)
    page.goto("/")
    page.locator("body:has(#live[data-mode=live]) #screen-none:not([hidden])").wait_for()
    wrong: list[str] = []
    for name, text in texts.items():
        _show(page, api, text)
        wrong += [f"{name}, asked: {what}" for what in cramped(page)]
        _vote(page, text)
        wrong += [f"{name}, voted: {what}" for what in cramped(page)]
        assert page.title().split() == f"{text} · This or That".split()
    assert wrong == []
    assert page.locator(BEGOTTEN).count() == 0
    assert page.evaluate(OFFENCES) == []


WIDTHS: Final = (320, 390, 1280)
TRIOS: Final = [[*trio] for trio in batched([*AWKWARD.values(), *CORPUS.values()], 3, strict=True)]
"""A question and two labels each: a third of the pages."""


def of_these(texts: list[str]) -> PollV3:
    """Return a poll with a text in each of its places, as it is taken from an organiser."""
    question, a, b = (as_asked_for(text).question for text in texts)
    return a_poll(question=question, options=two_options(a, b))


def sideways(page: Page, widths: tuple[int, ...] = WIDTHS) -> list[int]:
    """Return the widths at which the page scrolls sideways."""
    found: list[int] = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function("width => innerWidth === width", arg=width)
        page.evaluate(PAINTED)
        if page.evaluate("() => document.documentElement.scrollWidth > innerWidth"):
            found.append(width)
    return found


def harmless(page: Page) -> None:
    """Hold the page against what such texts would have done; dialogs and scripts are the fixture's."""
    assert page.locator(BEGOTTEN).count() == 0
    assert page.evaluate(OFFENCES) == []


def test_a_frame_takes_every_text(page: Page, api: FakeApi, site_url: str) -> None:
    page.add_init_script(COUNT_OFFENCES)
    wrong: list[str] = []
    for texts in TRIOS:
        api.poll = shown = of_these(texts)
        api.snapshot = results_of(shown, 1_234_567, 7_654_321)
        page.goto(serve_frame(page, shown, site_url))
        page.locator("#title:not(:empty)").wait_for()
        page.locator(".count:not(:empty)").first.wait_for()
        written = [page.locator(place).text_content() for place in ("#question", "[data-choice=a] .label")]
        assert written == [shown.question, shown.options.a.label]
        wrong += [f"{shown.question}: {width}" for width in sideways(page)]
        harmless(page)
    assert wrong == []


def test_the_page_of_a_link_takes_every_text(page: Page, site_url: str) -> None:
    page.add_init_script(COUNT_OFFENCES)
    host, wrong = site_url.partition("://")[2], []
    headers = {"content-security-policy": content_security_policy(host)}
    for texts in TRIOS:
        shown = of_these(texts)
        body = preview_of(shown, site_url, WORDS["en"]).replace('http-equiv="refresh"', "")
        page.route(
            f"{site_url}/p/{shown.poll_id}",
            lambda route, _, body=body: route.fulfill(content_type="text/html", headers=headers, body=body),
        )
        page.goto(f"/p/{shown.poll_id}")
        assert page.locator("h1").text_content() == shown.question
        wrong += [f"{shown.question}: {width}" for width in sideways(page)]
        harmless(page)
    assert wrong == []


def test_the_dashboard_takes_every_text_in_its_list_its_form_its_preview_and_on_its_stage(
    page: Page, admin: FakeAdmin
) -> None:
    page.add_init_script(COUNT_OFFENCES)
    admin.polls = [of_these(texts) for texts in TRIOS]
    admin.page_size = len(TRIOS)
    page.goto("/admin/")
    page.locator("#sign-in").click()
    rows = page.locator("#list [data-poll-id]")
    expect(rows).to_have_count(len(TRIOS))
    wrong = [f"the list: {width}" for width in sideways(page)]
    for number, texts in enumerate(TRIOS):
        shown = of_these(texts)
        rows.nth(number).click()
        expect(page.locator("#stage-question")).to_have_js_property("textContent", shown.question)
        for field, text in zip(("#f-question", "#f-a", "#f-b"), texts, strict=True):
            page.locator(field).fill(text)
        wrong += [f"{shown.question}: {width}" for width in sideways(page)]
        harmless(page)
    assert wrong == []


def test_the_presenters_screen_takes_every_text(page: Page, admin: FakeAdmin) -> None:
    page.add_init_script(COUNT_OFFENCES)
    page.add_init_script(f"sessionStorage['tot.signin.session'] ??= {json.dumps(json.dumps(SESSION))}")
    wrong: list[str] = []
    for texts in TRIOS:
        admin.poll = shown = of_these(texts)
        admin.polls, admin.snapshot = [shown], results_of(shown, 1_234_567, 7_654_321)
        page.goto("/present/")
        expect(page.locator("#question")).to_have_js_property("textContent", shown.question)
        wrong += [f"{shown.question}: {width}" for width in sideways(page)]
        harmless(page)
    assert wrong == []
