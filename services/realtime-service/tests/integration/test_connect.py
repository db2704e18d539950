"""A connection is remembered in its role, and forgotten by itself."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from contracts.visibility import Scope
from realtime_service.domain.subscriber import Subscriber
from testkit.events import websocket_event

from .conftest import NOW

type Load = Callable[[str], ModuleType]


def event(context: dict[str, str] | None, event_type: str = "CONNECT") -> dict[str, Any]:
    return websocket_event(event_type, "L0SM9cOFvHcCIhw=", authorizer=context)


def test_a_connection_is_remembered_with_the_role_its_ticket_gave(aws: Any, load: Load, poll_id: str) -> None:
    viewer = Subscriber(Scope.VOTER, poll_id)
    answer = load("connect").handler(event({**viewer.as_context(), "principalId": "voter"}), aws.context)
    assert answer["statusCode"] == 200
    (connection,) = aws.connections.everyone(NOW)
    assert (connection.connection_id, connection.viewer) == ("L0SM9cOFvHcCIhw=", viewer)


def test_it_is_forgotten_by_itself_after_the_longest_a_socket_can_live(aws: Any, load: Load) -> None:
    load("connect").handler(event({"scope": "public"}), aws.context)
    kept_for = int(aws.items()[0]["expires_at"]["N"]) - NOW.timestamp()
    assert 2 * 3600 < kept_for <= 2 * 3600 + 600


def test_a_message_that_names_this_route_connects_nobody(aws: Any, load: Load) -> None:
    answer = load("connect").handler(event({"scope": "public"}, "MESSAGE"), aws.context)
    assert answer["statusCode"] == 400
    assert aws.items() == []


@pytest.mark.parametrize("context", [None, {}, {"scope": "king"}, {"scope": "voter"}])
def test_without_a_role_from_the_authorizer_nobody_connects(
    aws: Any, load: Load, context: dict[str, str] | None
) -> None:
    with pytest.raises((KeyError, ValueError)):
        load("connect").handler(event(context), aws.context)
    assert aws.items() == []
