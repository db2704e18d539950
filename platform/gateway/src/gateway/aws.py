"""Time budgets of AWS clients: a function always has time left to answer for itself.

Two bounds hold together. Each client's own configuration bounds one call: attempts x (connect + read) and the
pauses between them are less than the Timeout of every function that uses the client. The deadline bounds the
sum of all calls of one invocation: an attempt that could last longer than the function still has is not
begun, and raises `NoTimeLeft` instead.

`max_attempts` is not used: in a client's configuration botocore counts by it the retries *after* the first
attempt. `total_max_attempts` counts all attempts.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from time import monotonic
from typing import Any, Final

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import BotoCoreError

RESPONSE_RESERVE_SECONDS: Final = 0.75
"""Kept for the function's own answer, after the last call has come to nothing."""


def budget(*, attempts: int = 2, connect: float = 1, read: float = 2) -> Config:
    """Return the configuration of a client: at most so many attempts, each of at most so many seconds."""
    return Config(
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=connect,
        read_timeout=read,
    )


AWS_CONFIG: Final = budget()
"""For all calls that need no other budget: DynamoDB answers within milliseconds."""

BEST_EFFORT_CONFIG: Final = budget(attempts=1, read=1)
"""For calls that nothing depends on, such as counters of signs: one quick attempt."""


class NoTimeLeft(BotoCoreError):
    """The invocation ends before an attempt would: the call was not sent."""

    fmt = "an attempt of {seconds} s was not begun: the invocation has less time left"


_ends_at: float | None = None
"""When the invocation under way must begin to answer. A Lambda process serves one invocation at a time."""


@contextmanager
def deadline(context: LambdaContext) -> Iterator[None]:
    """Bound all calls of this invocation by its Timeout."""
    global _ends_at  # noqa: PLW0603 (threads that a function starts share its deadline)
    _ends_at = monotonic() + context.get_remaining_time_in_millis() / 1000 - RESPONSE_RESERVE_SECONDS
    try:
        yield
    finally:
        _ends_at = None


def within_timeout[**P, R](handler: Callable[P, R]) -> Callable[P, R]:
    """Decorate a handler, whose second argument is its context, with `deadline`."""

    @wraps(handler)
    def bounded(*args: P.args, **kwargs: P.kwargs) -> R:
        context: Any = args[1]
        with deadline(context):
            return handler(*args, **kwargs)

    return bounded


def seconds_left() -> float:
    """Return how long calls of this invocation may still last; for ever outside of an invocation."""
    return float("inf") if _ends_at is None else _ends_at - monotonic()


def bounded[C: BaseClient](client: C) -> C:
    """Return the client, whose attempts from now on heed the deadline."""
    config: Any = client.meta.config

    def refuse_when_late(**_: object) -> None:
        seconds = config.connect_timeout + config.read_timeout
        if seconds_left() < seconds:
            raise NoTimeLeft(seconds=seconds)

    client.meta.events.register_first("before-send", refuse_when_late, unique_id="deadline")
    return client
