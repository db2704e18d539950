"""Faults that can happen to a call between a function and its table, and to the function itself."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from botocore.exceptions import ClientError, ReadTimeoutError


class Kind(StrEnum):
    """Faults that AWS, boto3 or Lambda really produce."""

    REFUSED = "refused"
    ANSWER_LOST = "done, answer lost"
    SENT_AGAIN = "done, answer lost, sent again by the SDK"
    KILLED_BEFORE = "killed before the call"
    KILLED_AFTER = "killed after the call"
    OVERTAKEN = "overtaken by an earlier batch"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault at one call of an invocation; calls count from zero."""

    kind: Kind
    at_call: int


class Killed(BaseException):
    """The function's process has ended; no code in it can catch this."""


class Interruptions:
    """Wraps all calls of a world's clients and injects one fault per invocation."""

    def __init__(self) -> None:
        self._fault: Fault | None = None
        self._overtake: Callable[[], object] = lambda: None
        self._calls = 0

    def arm(self, fault: Fault | None, overtake: Callable[[], object]) -> None:
        """Inject `fault` into the next calls; `overtake` handles an earlier batch during one of them."""
        self._fault, self._overtake, self._calls = fault, overtake, 0

    def disarm(self) -> None:
        """Let every call through."""
        self._fault = None

    def passing[T](self, perform: Callable[[], T]) -> T:
        """Make one call, with the fault if it is due."""
        fault = self._fault
        self._calls += 1
        if fault is None or self._calls - 1 != fault.at_call:
            return perform()
        self._fault = None  # one fault per invocation; an overtaking invocation gets none
        match fault.kind:
            case Kind.REFUSED:
                raise ClientError({"Error": {"Code": "ThrottlingException", "Message": "slow down"}}, "Call")
            case Kind.ANSWER_LOST:
                with suppress(ClientError):
                    perform()
                raise ReadTimeoutError(endpoint_url="table")
            case Kind.SENT_AGAIN:
                with suppress(ClientError):
                    perform()
                return perform()
            case Kind.KILLED_BEFORE:
                raise Killed
            case Kind.KILLED_AFTER:
                with suppress(ClientError):
                    perform()
                raise Killed
            case Kind.OVERTAKEN:
                self._overtake()
                return perform()
