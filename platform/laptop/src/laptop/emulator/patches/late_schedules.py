"""Run one-time schedules as late as EventBridge Scheduler may: its precision is 60 seconds."""

from typing import Final

from ministack.services import scheduler

PRECISION_SECONDS: Final = 59
"""A schedule for 12:00:05 runs until 12:01:04; the last second shows the most."""


def apply() -> None:
    """Delay every one-time schedule by the whole precision."""
    at_time = scheduler._at_time_epoch

    def late(expression: str) -> float | None:
        moment = at_time(expression)
        return None if moment is None else moment + PRECISION_SECONDS

    scheduler._at_time_epoch = late
