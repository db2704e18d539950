"""`POST /admin/api/live/ticket`: tickets for organisers."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from contracts.key_ring import KeyRing
from contracts.visibility import Scope
from realtime_service.domain.subscriber import Subscriber
from realtime_service.domain.ticket import read_ticket
from testkit.events import http_event

from .conftest import NOW

type Ask = Callable[..., tuple[int, dict[str, Any]]]

CLAIMS = {"sub": "organiser-1", "scope": "openid polls/admin", "cognito:groups": "[viewer]"}


@pytest.fixture
def ask(aws: Any, load: Callable[[str], ModuleType]) -> Ask:
    handler = load("issue_admin_ticket").handler

    def send(claims: dict[str, str] | None = CLAIMS, verify: str = "edge") -> tuple[int, dict[str, Any]]:
        headers = {"x-origin-verify": verify, "authorization": "Bearer x"}
        event = http_event("POST", "/admin/api/live/ticket", headers=headers, claims=claims)
        answer = handler(event, aws.context)
        return answer["statusCode"], json.loads(answer["body"])

    return send


def test_an_organiser_gets_a_ticket_that_sees_everything(ask: Ask, keys: KeyRing) -> None:
    status, body = ask()
    assert (status, body["scope"]) == (200, "organiser")
    assert read_ticket(keys, body["ticket"], NOW).subscriber == Subscriber(Scope.ORGANISER)


@pytest.mark.parametrize("claims", [None, {}, {"sub": ""}])
def test_request_without_validated_token_gets_no_ticket(ask: Ask, claims: dict[str, str] | None) -> None:
    status, body = ask(claims)
    assert (status, body["type"]) == (403, "/problems/not-allowed")


def test_request_bypassing_the_distribution_gets_no_ticket(ask: Ask) -> None:
    status, body = ask(verify="guess")
    assert (status, body["type"]) == (403, "/problems/origin-not-verified")
