"""Start workflow executions without delay; ministack sleeps 150 ms first, three quarters of a vote's time.

The calling function waits for its workflow, so the delay also multiplies the processes for the same vote
rate.
"""

import time
from typing import Any, Final

from ministack.services import stepfunctions

START_DELAY_SECONDS: Final = 0.15


class Clock:
    """The module `time`, without that one sleep."""

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    @staticmethod
    def sleep(seconds: float) -> None:
        """Sleep, unless it is the delay before an execution."""
        if seconds != START_DELAY_SECONDS:
            time.sleep(seconds)


def apply() -> None:
    """Remove the delay."""
    stepfunctions.time = Clock()
