"""Simulates lost responses: AWS processes a call, its response is lost, and the SDK retries it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore import endpoint as botocore_endpoint
from botocore.endpoint import Endpoint
from botocore.exceptions import ConnectionClosedError

READS = ("Get", "Query", "Scan", "BatchGet", "List", "Describe")


@contextmanager
def first_answers_lost() -> Iterator[list[str]]:
    """Drop the first response of every write call inside the block, and record the calls' names.

    Transaction tokens work as in DynamoDB: a retried transaction returns success.
    """
    lost: list[str] = []
    seen: set[int] = set()
    done: dict[str, Any] = {}
    send: Any = Endpoint._do_get_response  # type: ignore[attr-defined]

    def answer(endpoint: Any, request: Any, operation: Any, context: Any) -> Any:
        if operation.name.startswith(READS):
            return send(endpoint, request, operation, context)
        token = _token(operation.name, request)
        if token in done:
            return done[token]
        answered = send(endpoint, request, operation, context)
        # One context belongs to one call with all its attempts. It is kept so that its id is not reused.
        if id(context) in seen or answered[1] is not None:
            return answered
        seen.add(id(context))
        kept.append(context)
        if token is not None and answered[0][0].status_code < 400:
            done[token] = answered
        lost.append(operation.name)
        return None, ConnectionClosedError(endpoint_url=request.url)

    kept: list[Any] = []
    Endpoint._do_get_response = answer  # type: ignore[attr-defined]
    try:
        yield lost
    finally:
        Endpoint._do_get_response = send  # type: ignore[attr-defined]


class UnansweredWrite:
    """The number of the write without a response, and its name once it has been sent."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.name: str | None = None


@contextmanager
def write_unanswered(number: int) -> Iterator[UnansweredWrite]:
    """Process the write call with this number, from 0, and drop the responses to all its attempts.

    The caller does not know the result, as after a timeout; all other calls are unchanged. Pauses between
    attempts are skipped.
    """
    found = UnansweredWrite(number)
    contexts: list[Any] = []
    send: Any = Endpoint._do_get_response  # type: ignore[attr-defined]

    def answer(endpoint: Any, request: Any, operation: Any, context: Any) -> Any:
        if operation.name.startswith(READS):
            return send(endpoint, request, operation, context)
        first = not any(context is seen for seen in contexts)
        if first:
            contexts.append(context)
        if contexts.index(context) != number:
            return send(endpoint, request, operation, context)
        if first:
            send(endpoint, request, operation, context)
            found.name = operation.name
        return None, ConnectionClosedError(endpoint_url=request.url)

    Endpoint._do_get_response = answer  # type: ignore[attr-defined]
    pause, botocore_endpoint.time = botocore_endpoint.time, _Immediate()  # type: ignore[attr-defined]
    try:
        yield found
    finally:
        Endpoint._do_get_response = send  # type: ignore[attr-defined]
        botocore_endpoint.time = pause  # type: ignore[attr-defined]


class _Immediate:
    """Replacement of the module `time`, with a `sleep` that does not wait."""

    @staticmethod
    def sleep(_: float) -> None:
        """Return immediately."""


def _token(operation: str, request: Any) -> str | None:
    body = request.body if isinstance(request.body, bytes) else str(request.body).encode()
    if operation != "TransactWriteItems":
        return None
    return body.partition(b'"ClientRequestToken": "')[2].partition(b'"')[0].decode() or None
