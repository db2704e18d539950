"""AWS that carries a call out while its answer is lost, so that the SDK sends the call again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore import endpoint as botocore_endpoint
from botocore.endpoint import Endpoint
from botocore.exceptions import ConnectionClosedError

READS = ("Get", "Query", "Scan", "BatchGet", "List", "Describe")


@contextmanager
def first_answers_lost() -> Iterator[list[str]]:
    """Lose the first answer of every writing call that is sent in here, and note the calls' names.

    A transaction's token is honoured as DynamoDB honours it: the same transaction sent again has succeeded.
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
        # One context belongs to one call, through all its attempts; kept, so that its id stays its own.
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
    """Which write of a request stays without an answer, and whether it came to that."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.name: str | None = None


@contextmanager
def write_unanswered(number: int) -> Iterator[UnansweredWrite]:
    """Carry out the writing call of this number, from 0, and answer none of its attempts.

    The caller is left with what it does not know, as after a timeout; all other calls are as ever. Pauses
    between attempts are left out.
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
    """The clock's pauses, without waiting."""

    @staticmethod
    def sleep(_: float) -> None:
        """Go on at once."""


def _token(operation: str, request: Any) -> str | None:
    body = request.body if isinstance(request.body, bytes) else str(request.body).encode()
    if operation != "TransactWriteItems":
        return None
    return body.partition(b'"ClientRequestToken": "')[2].partition(b'"')[0].decode() or None
