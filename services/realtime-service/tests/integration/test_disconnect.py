"""A closed connection is forgotten, others are not."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

type Load = Callable[[str], ModuleType]


def event(connection_id: str, event_type: str = "DISCONNECT") -> dict[str, Any]:
    return {"requestContext": {"eventType": event_type, "connectionId": connection_id, "requestId": "r1"}}


def test_a_closed_connection_is_forgotten_once_and_again(
    aws: Any, load: Load, connected: Callable[..., str]
) -> None:
    connected("stays=")
    connected("goes=")
    disconnect = load("disconnect").handler
    assert [disconnect(event("goes="), aws.context)["statusCode"] for _ in range(2)] == [200, 200]
    assert aws.connected() == {"stays="}


def test_a_message_that_names_this_route_forgets_nobody(
    aws: Any, load: Load, connected: Callable[..., str]
) -> None:
    connected("stays=")
    assert load("disconnect").handler(event("stays=", "MESSAGE"), aws.context)["statusCode"] == 400
    assert aws.connected() == {"stays="}
