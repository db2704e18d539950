"""Cross-origin attacks: a page of another site tries to use the visitor's voter token."""

import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from .live_stack import COOKIE, PATIENCE_SECONDS, Running

# Every way a page can send a request: a form, a fetch without access to the response, a beacon.
ATTACKS = {
    "a-form": """([site, poll]) => {
        const form = document.createElement("form");
        form.method = "POST"; form.action = site + "/vote"; form.enctype = "text/plain"; form.target = "sink";
        const field = document.createElement("input");
        field.name = `{"poll_id":"${poll}","choice":"a","x":"`; field.value = `"}`;
        form.append(field); document.body.append(form); form.submit(); }""",
    "a-simple-fetch": """([site, poll]) => fetch(site + "/vote", {method: "POST", mode: "no-cors",
        credentials: "include", headers: {"Content-Type": "text/plain"},
        body: JSON.stringify({poll_id: poll, choice: "a"})}).then(() => {}, () => {})""",
    "a-json-fetch": """([site, poll]) => fetch(site + "/vote", {method: "POST", credentials: "include",
        headers: {"Content-Type": "application/json"},
        body: JSON.stringify({poll_id: poll, choice: "a"})}).then(() => {}, () => {})""",
    "a-beacon": """([site, poll]) => { navigator.sendBeacon(site + "/vote",
        new Blob([JSON.stringify({poll_id: poll, choice: "a"})], {type: "text/plain"})); }""",
}


@pytest.fixture
def foreign_site() -> Iterator[str]:
    """Serve a page of another site: 127.0.0.1 is not localhost."""

    class Blank(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<!doctype html><title>Elsewhere</title><iframe name=sink></iframe>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Blank) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def pump_until(page: Page, condition: Callable[[], bool], description: str) -> None:
    """Process the page's events until the condition holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {description}: this test proves nothing"
        page.wait_for_timeout(20)


@pytest.fixture
def visitor(desktop: Page) -> Page:
    """Return a page of a browser with a voter token and without a vote."""
    desktop.goto("/")
    status = desktop.evaluate(
        """() => fetch("/voter-token",
                {method: "POST", headers: {"Content-Type": "application/json"}, body: "{}"})
                .then((answer) => answer.status)"""
    )
    assert status in {200, 201}
    assert [cookie["name"] for cookie in desktop.context.cookies()] == [COOKIE]
    return desktop


@pytest.mark.covers("T6", "R17")
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_foreign_page_cannot_vote(
    running: Running, poll_id: str, visitor: Page, foreign_site: str, attack: str
) -> None:
    before = running.votes_in_the_log(poll_id)
    visitor.goto(foreign_site)
    sent: list[str] = []
    visitor.on("request", lambda request: sent.append(request.url) if request.url.endswith("/vote") else None)
    ended: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/vote"):
            ended.append(request.url)

    visitor.on("requestfinished", note)
    visitor.on("requestfailed", note)
    visitor.evaluate(attack, [running.site, poll_id])
    pump_until(visitor, lambda: bool(sent) and len(ended) >= len(sent), "the attack to be answered")
    assert running.votes_in_the_log(poll_id) == before

    visitor.goto(f"/?poll={poll_id}")
    visitor.locator('#options [data-choice="b"]').click()
    expect(visitor.locator("#message-title")).to_have_text("Your vote is recorded")
    assert running.votes_in_the_log(poll_id) == before + 1


def test_foreign_page_cannot_read_polls(
    running: Running, desktop: Page, foreign_site: str, open_page: Callable[..., Page]
) -> None:
    desktop.goto(foreign_site)
    outcome = desktop.evaluate(
        """(site) => fetch(site + "/polls/active").then(() => "read", () => "refused")""", running.site
    )
    assert outcome == "refused"


READ = """([address, headers]) => fetch(address, {headers})
    .then(async (answer) => [answer.status, (await answer.json()).poll_id], () => "refused")"""
ASKED_FIRST = {"X-Requested-With": "XMLHttpRequest"}
"""A header that needs a preflight."""


@pytest.mark.covers("T14")
def test_allowed_origin_reads_polls_and_results_without_the_voter_token(
    running: Running, poll_id: str, visitor: Page, foreign_site: str
) -> None:
    seen: list[tuple[str, str, bool]] = []
    devtools = visitor.context.new_cdp_session(visitor)
    devtools.send("Network.enable")
    devtools.on(
        "Network.requestWillBeSentExtraInfo",
        lambda event: seen.append(
            (
                event["headers"].get(":method", event["headers"].get("Access-Control-Request-Method", "")),
                event["headers"].get("Origin", ""),
                "Cookie" in event["headers"],
            )
        ),
    )
    addresses = [f"{running.site}/polls/{poll_id}", f"{running.site}/results/{poll_id}"]
    visitor.goto(f"{running.instance.allowed_origin}/_ministack/health")
    for headers in ({}, ASKED_FIRST):
        assert [visitor.evaluate(READ, [address, headers]) for address in addresses] == [[200, poll_id]] * 2
    assert visitor.evaluate(READ, [addresses[0], {"X-Poll": "1"}]) == "refused", "no header but those offered"
    assert visitor.evaluate(READ, [addresses[0], {"Authorization": "Bearer x"}]) == "refused"
    preflights = [one for one in seen if one[0] == "GET"]
    assert len(preflights) >= 2, "nothing was asked before: this test proves nothing"
    assert not any(cookie for _, origin, cookie in seen if origin == running.instance.allowed_origin)

    visitor.goto(foreign_site)
    for headers in ({}, ASKED_FIRST):
        assert [visitor.evaluate(READ, [address, headers]) for address in addresses] == ["refused"] * 2


@pytest.mark.covers("R32")
def test_foreign_page_cannot_embed_the_site(running: Running, desktop: Page, foreign_site: str) -> None:
    answer = running.page().get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
