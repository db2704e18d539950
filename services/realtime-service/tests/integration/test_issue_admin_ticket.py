"""`POST /admin/api/live/ticket`: the organiser's ticket."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from contracts.keys import KeyRing
from contracts.visibility import Scope
from realtime_service.domain.ticket import read_ticket
from realtime_service.domain.viewer import Viewer

type Ask = Callable[..., tuple[int, dict[str, Any]]]

PATH = "/admin/api/live/ticket"
CLAIMS = {"sub": "organiser-1", "scope": "openid polls/admin", "cognito:groups": "[viewer]"}
SIGNED_IN = {"jwt": {"claims": CLAIMS, "scopes": ["polls/admin"]}}


@pytest.fixture
def ask(aws: Any, load: Callable[[str], ModuleType]) -> Ask:
    handler = load("issue_admin_ticket").handler

    def send(authorizer: object = SIGNED_IN, verify: str = "edge") -> tuple[int, dict[str, Any]]:
        http = {"method": "POST", "path": PATH, "sourceIp": "127.0.0.1"}
        request = {"http": http, "requestId": "r1", "stage": "$default", "authorizer": authorizer}
        headers = {"x-origin-verify": verify, "authorization": "Bearer x"}
        event = {"version": "2.0", "rawPath": PATH, "headers": headers, "requestContext": request}
        answer = handler(event, aws.context)
        return answer["statusCode"], json.loads(answer["body"])

    return send


def test_an_organiser_gets_a_ticket_that_sees_everything(ask: Ask, keys: KeyRing) -> None:
    status, body = ask()
    assert (status, body["scope"]) == (200, "organiser")
    assert read_ticket(keys, body["ticket"], datetime.now(UTC)).viewer == Viewer(Scope.ORGANISER)


@pytest.mark.parametrize("authorizer", [None, {}, {"jwt": {"claims": {}}}, {"jwt": {"claims": {"sub": ""}}}])
def test_without_a_checked_token_there_is_none(ask: Ask, authorizer: object) -> None:
    status, body = ask(authorizer)
    assert (status, body["type"]) == (403, "/problems/not-allowed")


def test_past_the_distribution_there_is_none(ask: Ask) -> None:
    status, body = ask(verify="guess")
    assert (status, body["type"]) == (403, "/problems/origin-not-verified")
