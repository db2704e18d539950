"""ministack sleeps 150 ms before each execution of a workflow: three quarters of what a vote takes here.

A function waits for its workflow meanwhile, so it needs as many more processes for the same votes a second.
"""

import time
from typing import Any, Final

from ministack.services import stepfunctions

START_DELAY_SECONDS: Final = 0.15


class Clock:
    """The module `time`, but for that one sleep."""

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)

    @staticmethod
    def sleep(seconds: float) -> None:
        """Sleep, unless it is the delay before an execution."""
        if seconds != START_DELAY_SECONDS:
            time.sleep(seconds)


def apply() -> None:
    """Start executions at once."""
    stepfunctions.time = Clock()
