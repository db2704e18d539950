"""AWS that carries a call out while its answer is lost, so that the SDK sends the call again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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


def _token(operation: str, request: Any) -> str | None:
    body = request.body if isinstance(request.body, bytes) else str(request.body).encode()
    if operation != "TransactWriteItems":
        return None
    return body.partition(b'"ClientRequestToken": "')[2].partition(b'"')[0].decode() or None
