"""Pasted text in the code field: a link, a sentence, or several lines."""

import json
from pathlib import Path
from typing import Final

import pytest
from contracts.enums import VoterPolicy
from playwright.sync_api import BrowserContext, Page, expect

from .routes import Api
from .waits import until

CODE: Final = "3F7K2-9QXWM-4TZ0B-HN6RC-DV1GE"
CORPUS: Final = Path(__file__).parents[4] / "tests" / "corpus"
PASTED: Final = [
    row["pasted"] for row in json.loads((CORPUS / "pasted-codes.json").read_text()) if row["found"] == CODE
]


@pytest.fixture
def by_code(page: Page, api: Api) -> Api:
    api.given(1, 2, policy=VoterPolicy.CODE)
    page.goto("/")
    expect(page.locator("#code")).to_be_visible()
    return api


@pytest.mark.parametrize("text", PASTED)
def test_code_in_pasted_text_is_sent_with_the_vote(
    page: Page, by_code: Api, context: BrowserContext, text: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.locator("#code").focus()
    page.keyboard.press("Control+v")
    expect(page.locator("#code")).to_have_value(CODE)
    page.locator('[data-choice="a"]').click()
    until(page, lambda: by_code.sent, "the vote")
    assert by_code.sent[0].code == CODE


def test_typed_code_is_not_changed_while_typing(page: Page, by_code: Api) -> None:
    page.locator("#code").press_sequentially(CODE.lower())
    expect(page.locator("#code")).to_have_value(CODE.lower())


@pytest.mark.parametrize(
    "change", [str, lambda link: f"{link}.", lambda link: f"{link})", lambda link: link.replace("&", "&amp;")]
)
def test_altered_link_still_opens_the_poll_with_its_code(page: Page, by_code: Api, change: type[str]) -> None:
    page.goto("/icon.svg")
    page.goto(change(f"/#poll={by_code.poll_id}&code={CODE}"))
    expect(page.locator("#code")).to_have_value(CODE)
    assert by_code.count(f"GET /polls/{by_code.poll_id}") == 1
