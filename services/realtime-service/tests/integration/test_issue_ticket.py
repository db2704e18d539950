"""`POST /live/ticket`: tickets for pages that open a socket."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from contracts.api import TicketIssued
from contracts.key_ring import KeyRing
from contracts.results_pass import RESULTS_PASS_TTL, mint_results_pass
from contracts.visibility import Scope
from realtime_service.adapters.audience import Audience
from realtime_service.adapters.errors import StoreUnavailable
from realtime_service.adapters.network_tickets import NetworkTickets
from realtime_service.domain.subscriber import Subscriber
from realtime_service.domain.ticket import read_ticket
from testkit.events import http_event, websocket_event

from .conftest import NOW

type Ask = Callable[..., tuple[int, dict[str, Any]]]

HEADERS = {"x-origin-verify": "edge", "sec-fetch-site": "same-origin", "content-type": "application/json"}


@pytest.fixture
def ask(aws: Any, load: Callable[[str], ModuleType]) -> Ask:
    handler = load("issue_ticket").handler

    def send(body: object = None, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        sent = HEADERS if headers is None else headers
        event = http_event("POST", "/live/ticket", {} if body is None else body, headers=sent)
        answer = handler(event, aws.context)
        assert answer["headers"]["Cache-Control"] == "private, no-store"
        assert "Access-Control-Allow-Origin" not in answer["headers"]
        return answer["statusCode"], json.loads(answer["body"])

    return send


def test_page_without_pass_gets_a_public_ticket(ask: Ask, keys: KeyRing, aws: Any) -> None:
    status, body = ask()
    issued = TicketIssued.model_validate(body)
    assert (status, issued.scope) == (200, Scope.PUBLIC)
    ticket = read_ticket(keys, issued.ticket, NOW)
    assert ticket.subscriber == Subscriber(Scope.PUBLIC)
    assert ticket.expires_at == issued.expires_at
    assert aws.items() == []


def test_page_gets_no_ticket_while_all_connections_are_in_use(
    ask: Ask, connected: Callable[..., str], load: Callable[[str], ModuleType], aws: Any
) -> None:
    """The page then fetches results from the cache, and asks again after a quarter of an hour."""
    for name, scope in (("v1", "public"), ("v2", "public"), ("o1", "organiser")):
        connected(name, scope)
    status, body = ask()
    assert (status, body["type"], body["retry_after"]) == (429, "/problems/throttled", 900)
    assert "GET /results" in body["detail"]
    load("disconnect").handler(websocket_event("DISCONNECT", "v1"), aws.context)
    assert ask()[0] == 200


def from_address(address: str) -> dict[str, str]:
    return {**HEADERS, "cloudfront-viewer-address": f"{address}:4711"}


@pytest.mark.covers("T15")
def test_network_at_its_limit_gets_no_ticket_and_other_networks_do(
    ask: Ask, aws: Any, load: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is three in these tests. The addresses of one IPv6 /64 are one network."""
    household = [from_address(f"2001:db8:1:2::{number}") for number in range(4)]
    answers = [ask(headers=headers) for headers in household]
    assert [status for status, _ in answers] == [200, 200, 200, 429]
    assert answers[-1][1]["retry_after"] == 900
    assert ask(headers=from_address("2001:db8:1:3::1"))[0] == 200
    assert ask(headers=from_address("198.51.100.7"))[0] == 200
    counters = [item for item in aws.items() if item["pk"]["S"].startswith("#network#")]
    assert sorted(int(item["issued"]["N"]) for item in counters) == [1, 1, 3]
    assert all(re.fullmatch(r"#network#\d+#[0-9a-f]{32}", item["pk"]["S"]) for item in counters)
    assert len({item["pk"]["S"] for item in counters}) == 3, "each network has a partition of its own"
    ends = {int(item["expires_at"]["N"]) for item in counters}
    assert all(0 < end - NOW.timestamp() <= 2 * 3600 for end in ends)
    later = type("Later", (datetime,), {"now": classmethod(lambda _, tz: NOW + timedelta(hours=2))})
    monkeypatch.setattr(load("issue_ticket"), "datetime", later)
    assert ask(headers=household[0])[0] == 200, "the next window"


def test_ticket_is_issued_if_the_network_cannot_be_counted(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def unavailable(*_: object) -> None:
        raise StoreUnavailable("no")

    monkeypatch.setattr(NetworkTickets, "count", unavailable)
    assert ask(headers=from_address("198.51.100.7"))[0] == 200


def test_page_gets_a_ticket_if_connections_cannot_be_counted(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable(*_: object) -> None:
        raise StoreUnavailable("no")

    monkeypatch.setattr(Audience, "counts", unavailable)
    assert ask()[0] == 200


def test_a_results_pass_gets_a_voters_ticket_for_its_poll(ask: Ask, keys: KeyRing, poll_id: str) -> None:
    status, body = ask({"results_pass": mint_results_pass(keys, poll_id, NOW)})
    issued = TicketIssued.model_validate(body)
    assert (status, issued.scope) == (200, Scope.VOTER)
    assert read_ticket(keys, issued.ticket, NOW).subscriber == Subscriber(Scope.VOTER, poll_id)


def test_a_pass_that_is_forged_or_expired_is_refused(ask: Ask, keys: KeyRing, poll_id: str) -> None:
    now = NOW
    stranger = KeyRing.read({"current": "k2", "k2": "not our key"})
    for results_pass in (
        mint_results_pass(stranger, poll_id, now),
        mint_results_pass(keys, poll_id, now - RESULTS_PASS_TTL - timedelta(seconds=1)),
        mint_results_pass(keys, poll_id, now)[:-1],
        "nonsense",
    ):
        status, body = ask({"results_pass": results_pass})
        assert (status, body["type"]) == (403, "/problems/invalid-results-pass")
        assert results_pass not in json.dumps(body)


def test_a_pass_outlives_a_rotation_and_ends_with_its_key(
    ask: Ask, keys: KeyRing, poll_id: str, pass_secret: Callable[[dict[str, str]], None]
) -> None:
    shown = {"results_pass": mint_results_pass(keys, poll_id, NOW)}
    pass_secret({"current": "k3", "k2": "the key of now", "k3": "a new one"})
    assert ask(shown)[0] == 200
    pass_secret({"current": "k3", "k3": "a new one"})
    status, body = ask(shown)
    assert (status, body["type"]) == (403, "/problems/invalid-results-pass")


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"sec-fetch-site": "cross-site"}, "cross-origin-forbidden"),
        ({"sec-fetch-site": "same-site"}, "cross-origin-forbidden"),
        ({"x-origin-verify": "guess"}, "origin-not-verified"),
        ({"x-origin-verify": ""}, "origin-not-verified"),
    ],
    ids=str,
)
def test_request_from_another_origin_or_past_the_edge_gets_no_ticket(
    ask: Ask, changed: dict[str, str], problem: str
) -> None:
    status, body = ask(headers={**HEADERS, **changed})
    assert (status, body["type"]) == (403, f"/problems/{problem}")


def test_a_browser_without_fetch_metadata_is_known_by_its_origin(ask: Ask) -> None:
    old = {name: value for name, value in HEADERS.items() if name != "sec-fetch-site"}
    assert ask(headers={**old, "origin": "https://vote.example.com"})[0] == 200
    assert ask(headers={**old, "origin": "https://evil.example"})[0] == 403
    assert ask(headers=old)[0] == 403


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 422),
        ("", 422),
        ("[]", 422),
        ({"results_pass": 7}, 422),
        ({"results_pass": "x" * 401}, 422),
        ({"scope": "organiser"}, 422),
        ({"results_pass": "x" * 5000}, 413),
    ],
    ids=lambda value: str(value)[:30],
)
def test_malformed_request_returns_its_errors(ask: Ask, body: object, status: int) -> None:
    answered, problem = ask(body)
    assert answered == status
    assert problem.get("errors") or problem.get("detail")


def test_a_body_that_is_not_json_is_refused(ask: Ask) -> None:
    assert ask(headers={**HEADERS, "content-type": "text/plain"})[0] == 415
