"""Map AWS errors to domain errors."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from vote_service.domain.errors import NotStorable, Throttled, Unavailable

THROTTLES: Final = frozenset(
    {
        "ExecutionLimitExceeded",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)


class TransactionCancelled(Exception):
    """A transaction was cancelled; `reasons` has the error code of each write, or `None`."""

    def __init__(self, error: ClientError) -> None:
        super().__init__(str(error))
        cancelled: Any = error.response
        self.reasons = tuple(reason.get("Code", "None") for reason in cancelled["CancellationReasons"])


def is_throttled(error: ClientError) -> bool:
    """Return whether AWS throttled the call; a throttled call has no effect."""
    return error.response["Error"]["Code"] in THROTTLES


@contextmanager
def map_aws_errors() -> Iterator[None]:
    """Raise `Throttled`, `NotStorable` for an invalid item, or otherwise `Unavailable`.

    A failed condition is an expected result and is re-raised unchanged.
    """
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ConditionalCheckFailedException":
            raise
        if code == "TransactionCanceledException":
            raise TransactionCancelled(error) from error
        if is_throttled(error):
            raise Throttled from error
        if code == "ValidationException":
            raise NotStorable(error.response["Error"]["Message"]) from error
        raise Unavailable from error
    except BotoCoreError as error:
        raise Unavailable from error
