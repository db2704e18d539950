"""A connection is stored with its scope, and expires."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from contracts.visibility import Scope
from realtime_service.domain.subscriber import Subscriber
from realtime_service.use_cases.count_audience import AudienceCounter, total_of
from testkit.events import websocket_event

from .conftest import NOW, TABLE

type Load = Callable[[str], ModuleType]


def event(context: dict[str, str] | None, event_type: str = "CONNECT") -> dict[str, Any]:
    return websocket_event(event_type, "L0SM9cOFvHcCIhw=", authorizer=context)


def test_connection_is_stored_with_the_scope_of_its_ticket(aws: Any, load: Load, poll_id: str) -> None:
    subscriber = Subscriber(Scope.VOTER, poll_id)
    answer = load("connect").handler(event({**subscriber.as_context(), "principalId": "voter"}), aws.context)
    assert answer["statusCode"] == 200
    (connection,) = aws.connections.everyone(NOW)
    assert (connection.connection_id, connection.subscriber) == ("L0SM9cOFvHcCIhw=", subscriber)


def test_connection_expires_after_the_maximum_socket_lifetime(aws: Any, load: Load) -> None:
    load("connect").handler(event({"scope": "public"}), aws.context)
    (stored,) = [item for item in aws.items() if "expires_at" in item]
    kept_for = int(stored["expires_at"]["N"]) - NOW.timestamp()
    assert 2 * 3600 < kept_for <= 2 * 3600 + 600


def test_page_that_reconnects_in_a_loop_leaves_no_connection_and_no_count(aws: Any, load: Load) -> None:
    for number in range(20):
        for slug, event_type in (("connect", "CONNECT"), ("disconnect", "DISCONNECT")):
            of_it = websocket_event(event_type, f"c{number}=", authorizer={"scope": "public"})
            load(slug).handler(of_it, aws.context)
    assert aws.connected() == set()
    assert total_of(AudienceCounter.of(aws.dynamodb, TABLE).counts()).total == 0


def test_client_message_named_connect_stores_no_connection(aws: Any, load: Load) -> None:
    answer = load("connect").handler(event({"scope": "public"}, "MESSAGE"), aws.context)
    assert answer["statusCode"] == 400
    assert aws.items() == []


@pytest.mark.parametrize("context", [None, {}, {"scope": "king"}, {"scope": "voter"}])
def test_connect_without_authorizer_scope_stores_no_connection(
    aws: Any, load: Load, context: dict[str, str] | None
) -> None:
    with pytest.raises((KeyError, ValueError)):
        load("connect").handler(event(context), aws.context)
    assert aws.items() == []
