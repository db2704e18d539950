"""What failures of AWS mean here: domain errors."""

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
    """A transaction was not carried out; `reasons` says of each of its writes why, or `None`."""

    def __init__(self, error: ClientError) -> None:
        super().__init__(str(error))
        cancelled: Any = error.response
        self.reasons = tuple(reason.get("Code", "None") for reason in cancelled["CancellationReasons"])


def is_throttled(error: ClientError) -> bool:
    """Tell whether AWS refused the call for its rate alone: then it has done nothing."""
    return error.response["Error"]["Code"] in THROTTLES


@contextmanager
def failures_as_refusals() -> Iterator[None]:
    """Raise `Throttled`, `NotStorable` for what is wrong with the item itself, else `Unavailable`.

    A failed condition is an answer, not a failure, and passes.
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
