"""Deliver twice: streams, queues and schedules of AWS deliver at least once.

The first successful answer to a batch of a stream or queue counts as lost, so the batch is delivered again, a
stream's with the records that have followed. A schedule invokes its function twice.
"""

import threading
from typing import Any, Final

from ministack.services import eventbridge, lambda_svc

SOURCES: Final = frozenset({"aws:dynamodb", "aws:sqs"})
LOST: Final[dict[str, Any]] = {
    "error": True,
    "body": {"errorType": "AnswerLost", "errorMessage": "Delivered again, as AWS may at any time."},
}

_seen: set[tuple[str, str]] = set()
_lock = threading.Lock()


def apply() -> None:
    """Lose the first successful answer to each batch, and double the invocations by schedules."""
    execute, dispatch = lambda_svc._execute_function, eventbridge._dispatch_to_lambda

    def execute_and_lose(function: Any, event: Any, *args: Any, **named: Any) -> Any:
        result = execute(function, event, *args, **named)
        batch = _batch(function, event)
        if batch is None or result.get("error"):
            return result
        with _lock:
            if batch in _seen:
                _seen.remove(batch)
                return result
            _seen.add(batch)
        return {**result, **LOST}

    def dispatch_twice(*args: Any) -> None:
        dispatch(*args)
        dispatch(*args)

    lambda_svc._execute_function, eventbridge._dispatch_to_lambda = execute_and_lose, dispatch_twice


def _batch(function: Any, event: Any) -> tuple[str, str] | None:
    """Return a key that a batch and its next delivery share; `None` for other events."""
    records = event.get("Records") if isinstance(event, dict) else None
    if not records or records[0].get("eventSource") not in SOURCES:
        return None
    config = function.get("config") or function
    return str(config.get("FunctionArn")), str(records[0].get("eventID") or records[0].get("messageId"))
