"""A closed connection is forgotten, others are not."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from testkit.events import websocket_event

type Load = Callable[[str], ModuleType]


def test_a_closed_connection_is_forgotten_once_and_again(
    aws: Any, load: Load, connected: Callable[..., str]
) -> None:
    connected("stays=")
    connected("goes=")
    disconnect = load("disconnect").handler
    assert [
        disconnect(websocket_event("DISCONNECT", "goes="), aws.context)["statusCode"] for _ in range(2)
    ] == [200, 200]
    assert aws.connected() == {"stays="}


def test_a_message_that_names_this_route_forgets_nobody(
    aws: Any, load: Load, connected: Callable[..., str]
) -> None:
    connected("stays=")
    assert load("disconnect").handler(websocket_event("MESSAGE", "stays="), aws.context)["statusCode"] == 400
    assert aws.connected() == {"stays="}
