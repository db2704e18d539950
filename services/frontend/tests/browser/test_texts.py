"""Awkward texts in every place of the voter's page: shown as they are, whole, and never sideways."""

import pytest
from contracts.realtime import PollOpenedFrame
from playwright.sync_api import Page, expect

from .awkward import AWKWARD
from .fake_api import FakeApi, a_poll, results_of, two_options
from .fit import cramped
from .markup import BEGOTTEN, CORPUS, as_asked_for

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
