"""Voting, verifying, sign-in, dashboard and presenter in Chromium, Firefox and WebKit."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from http import HTTPStatus
from pathlib import Path
from typing import Final

import pytest
from devkit.failure import Failure
from devkit.progress import Progress
from rich.console import Console
from testkit.shared import shared
from testrunner.browser import ensure_engines
from testrunner.chromium import chromium

from .. import engines
from ..conftest import BROWSER, KEPT
from ..engines import Engine, wait_for
from ..live_stack import RECEIPT, Organiser, Running, wait_until

NAMES: Final = ("chromium", "firefox", "webkit")


@pytest.fixture(scope="module")
def started(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Return one engine; all tests of the module share its profile, like one voter's browser."""
    try:
        with Progress(Console(stderr=True)) as progress:
            ensure_engines(progress)
    except Failure as failure:
        pytest.fail(f"{failure} {failure.advice}")
    opened: dict[str, AbstractContextManager[Engine]] = {
        "chromium": engines.chromium(shared(request, BROWSER, chromium)),
        "firefox": engines.firefox(),
        "webkit": engines.webkit(),
    }
    with opened[request.param] as engine:
        yield engine


@pytest.fixture
def engine(started: Engine, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Return an engine; after each test, save a screenshot and leave the page, which would go on drawing."""
    KEPT.mkdir(parents=True, exist_ok=True)
    yield started
    started.picture(Path(KEPT, f"{request.node.name.replace('[', '.').rstrip(']')}.png"))
    started.open("about:blank")


def text_is(selector: str, text: str) -> str:
    return f"document.querySelector({json.dumps(selector)})?.textContent.trim() === {json.dumps(text)}"


def seen(selector: str) -> str:
    """Return a JavaScript expression that is true if the element is visible."""
    return f"document.querySelector({json.dumps(selector)})?.getClientRects().length > 0"


in_each = pytest.mark.parametrize("started", NAMES, indirect=True)


@in_each
def test_voter_votes_once_and_gets_a_receipt(running: Running, organiser: Organiser, engine: Engine) -> None:
    poll_id = organiser.open_new("Which engine?")
    engine.open(f"{running.site}/")
    wait_for(engine, text_is("#message-title", "Tap to vote"), "the poll")
    engine.click('#options [data-choice="a"]')
    wait_for(engine, text_is("#message-title", "Your vote is recorded"), "the vote")
    assert RECEIPT.fullmatch(engine.run("document.querySelector('#receipt-code').textContent.trim()"))
    assert engine.run("document.cookie") == ""
    # The cookie stays: without the page's memory the browser is still the same voter.
    engine.run("localStorage.clear()")
    engine.open(f"{running.site}/?poll={poll_id}")
    wait_for(engine, text_is("#message-title", "Tap to vote"), "the poll again")
    engine.click('#options [data-choice="b"]')
    wait_for(engine, text_is("#message-title", "You have already voted"), "the first vote")
    assert running.votes_in_the_log(poll_id) == 1


@pytest.fixture(scope="module")
def counted(running: Running, organiser: Organiser) -> str:
    """Return the address that verifies a counted receipt, for all engines."""
    poll_id = organiser.open_new("Counted in which engine?")
    receipt = running.voter().vote(poll_id, "a").json()["receipt"]
    organiser.close(poll_id)
    page = running.page()
    wait_until(
        lambda: page.get(f"/logs/{poll_id}/checkpoint").status_code == HTTPStatus.OK or None,
        "the published log",
    )
    return f"/verify#poll={poll_id}&receipt={receipt}"


@in_each
def test_browser_verifies_a_receipt_against_the_signed_log(
    running: Running, counted: str, engine: Engine
) -> None:
    engine.open(f"{running.site}{counted}")
    wait_for(engine, text_is("#outcome-title", "Counted"), "the outcome of the checks")


@in_each
def test_organiser_signs_in_and_sees_dashboard_and_presenter(
    running: Running, organiser: Organiser, engine: Engine, request: pytest.FixtureRequest
) -> None:
    question = "On every screen?"
    poll_id = organiser.open_new(question)
    running.voter().vote(poll_id, "a")
    engine.open(f"{running.site}/admin/")
    wait_for(engine, seen("#sign-in"), "the way to sign in")
    engine.click("#sign-in")
    wait_for(engine, "document.querySelector('input[type=password]')", "the sign-in page")
    engine.type("input[name=username]", organiser.account.username)
    engine.type("input[type=password]", organiser.account.password)
    engine.click("button[type=submit], input[type=submit]")
    wait_for(engine, text_is("#details-status", "Open"), "the dashboard")
    wait_for(engine, text_is("#details-total", "1 vote"), "the count")
    wait_for(engine, text_is("#live-label", "Live"), "the socket")
    engine.picture(KEPT / f"{request.node.name}.dashboard.png")

    engine.open(f"{running.site}/present/")
    wait_for(engine, text_is("#question", question), "the question on the presenter")
    wait_for(engine, text_is("#live-label", "Live"), "the presenter's socket")
    wait_for(engine, seen("#qr"), "the QR code")
    wait_for(engine, text_is("#voters", "1 voted"), "the turnout on the presenter")
    wait_for(
        engine, "document.querySelector('#bars').textContent.includes('100%')", "the bars on the presenter"
    )
