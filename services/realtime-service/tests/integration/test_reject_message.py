"""Any message that is no ping gets an error message; nothing is written."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from contracts.realtime import ErrorMessage
from testkit.events import websocket_event


@pytest.mark.parametrize(
    ("body", "base64"),
    [
        ("{not json", False),
        ('{"action": "fly", "secret": "x"}', False),
        ("[1, 2]", False),
        ("", False),
        ("AP8=", True),
        ("x" * 32_000, False),
    ],
    ids=["malformed", "unknown action", "no object", "empty", "binary", "long"],
)
def test_any_other_message_is_answered_with_an_error_message_and_nothing_is_written(
    aws: Any, load: Callable[[str], ModuleType], body: str, base64: bool
) -> None:
    event = websocket_event("MESSAGE", "c1=", authorizer={"scope": "public"}, body=body)
    event["isBase64Encoded"] = base64
    answer = load("reject_message").handler(event, aws.context)
    assert answer == {"statusCode": 200}
    (message,) = aws.sockets.arrived["c1="]
    assert '{"action": "ping"}' in (ErrorMessage.model_validate(message).detail or "")
    assert aws.items() == []
