"""A closed connection is deleted, and no other."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from testkit.events import websocket_event

type Load = Callable[[str], ModuleType]


def test_disconnect_removes_the_connection_and_is_idempotent(
    aws: Any, load: Load, connected: Callable[..., str]
) -> None:
    connected("stays=")
    connected("goes=")
    disconnect = load("disconnect").handler
    assert [
        disconnect(websocket_event("DISCONNECT", "goes="), aws.context)["statusCode"] for _ in range(2)
    ] == [200, 200]
    assert aws.connected() == {"stays="}


def test_client_message_named_disconnect_removes_no_connection(
    aws: Any, load: Load, connected: Callable[..., str]
) -> None:
    connected("stays=")
    assert load("disconnect").handler(websocket_event("MESSAGE", "stays="), aws.context)["statusCode"] == 400
    assert aws.connected() == {"stays="}
