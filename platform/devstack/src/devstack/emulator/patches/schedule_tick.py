"""ministack looks at one-time schedules every 10 s: a poll's close event would come that late."""

from typing import Final

from ministack.services import scheduler

TICK_SECONDS: Final = 1


def apply() -> None:
    """Look every second; must precede the emulator's start."""
    scheduler._SCHEDULE_TICK_INTERVAL = TICK_SECONDS
