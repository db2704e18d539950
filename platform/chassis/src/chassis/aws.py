"""Time budgets of AWS clients: timeouts and deadlines that leave a function time to respond.

Two limits apply. The client's configuration limits one call: attempts x (connect + read), plus the pauses
between attempts, is less than the Timeout of every function that uses the client. The deadline limits the sum
of all calls of one invocation: an attempt that could outlast the remaining time is not started and raises
`NoTimeLeft`.

`max_attempts` is not used: in a client's configuration botocore counts with it the retries *after* the first
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
"""Reserved for the function's own response after its last call has failed."""


def budget(*, attempts: int = 2, connect: float = 1, read: float = 2) -> Config:
    """Return a client configuration with a limit of attempts, and timeouts in seconds for each attempt."""
    return Config(
        retries={"mode": "standard", "total_max_attempts": attempts},
        connect_timeout=connect,
        read_timeout=read,
    )


AWS_CONFIG: Final = budget()
"""Default budget. DynamoDB responds within milliseconds."""

BEST_EFFORT_CONFIG: Final = budget(attempts=1, read=1)
"""One short attempt, for calls that may fail, such as the counters of abuse signals."""


class NoTimeLeft(BotoCoreError):
    """The attempt could outlast the invocation, so it was not sent."""

    fmt = "an attempt of {seconds} s was not begun: the invocation has less time left"


_ends_at: float | None = None
"""Deadline of the current invocation's calls. A Lambda process serves one invocation at a time."""


@contextmanager
def deadline(context: LambdaContext) -> Iterator[None]:
    """Limit all AWS calls of this invocation to its remaining time, less the reserve for the response."""
    global _ends_at  # noqa: PLW0603 (threads that a function starts share its deadline)
    _ends_at = monotonic() + context.get_remaining_time_in_millis() / 1000 - RESPONSE_RESERVE_SECONDS
    try:
        yield
    finally:
        _ends_at = None


def within_timeout[**P, R](handler: Callable[P, R]) -> Callable[P, R]:
    """Decorate a handler with `deadline`; its second argument is the Lambda context."""

    @wraps(handler)
    def bounded(*args: P.args, **kwargs: P.kwargs) -> R:
        context: Any = args[1]
        with deadline(context):
            return handler(*args, **kwargs)

    return bounded


def seconds_left() -> float:
    """Return the seconds left for calls of this invocation; infinity outside of an invocation."""
    return float("inf") if _ends_at is None else _ends_at - monotonic()


def bounded[C: BaseClient](client: C) -> C:
    """Make the client respect the deadline: an attempt that could exceed it raises `NoTimeLeft`."""
    config: Any = client.meta.config

    def refuse_when_late(**_: object) -> None:
        seconds = config.connect_timeout + config.read_timeout
        if seconds_left() < seconds:
            raise NoTimeLeft(seconds=seconds)

    client.meta.events.register_first("before-send", refuse_when_late, unique_id="deadline")
    return client
