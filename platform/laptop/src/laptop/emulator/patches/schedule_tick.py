"""Check one-time schedules every second; ministack's 10 s would delay a poll's close event."""

from typing import Final

from ministack.services import scheduler

TICK_SECONDS: Final = 1


def apply() -> None:
    """Set the interval; must precede the emulator's start."""
    scheduler._SCHEDULE_TICK_INTERVAL = TICK_SECONDS
