"""Limits of opening and closing times."""

from datetime import datetime, timedelta
from typing import Final

from contracts.model import format_instant

from poll_service.domain.clock import COUNTDOWN
from poll_service.domain.errors import InvalidTime

MAX_OPEN: Final = timedelta(days=31)
MAX_AHEAD: Final = timedelta(days=366)
MAX_REHEARSAL: Final = timedelta(hours=1)


def check_times(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> None:
    """Check the times of a poll that has not opened; `opens_at` None means now.

    Raises `InvalidTime`, which names the field and the remedy.
    """
    if opens_at is not None and opens_at <= now:
        raise InvalidTime("opens_at", "has passed: give a time to come, or none to open now")
    if opens_at is not None and opens_at > now + MAX_AHEAD:
        raise InvalidTime("opens_at", f"must be within {MAX_AHEAD.days} days")
    check_end(closes_at, opens_at or now)


def check_end(closes_at: datetime | None, opens_at: datetime) -> None:
    """Check the end of a poll against its opening. Raises `InvalidTime`."""
    if closes_at is None:
        return
    if closes_at <= opens_at:
        raise InvalidTime("closes_at", f"must be later than the poll opens: {format_instant(opens_at)}")
    if closes_at > opens_at + MAX_OPEN:
        raise InvalidTime("closes_at", f"must be within {MAX_OPEN.days} days of the opening")


def end_of_rehearsal(closes_at: datetime | None, opens_at: datetime) -> datetime:
    """Return the end of a rehearsal: the planned one, or the latest possible one."""
    latest = opens_at + MAX_REHEARSAL
    return latest if closes_at is None else min(closes_at, latest)


def check_end_of_rehearsal(closes_at: datetime | None, opens_at: datetime) -> None:
    """Check the moved end of an open rehearsal. Raises `InvalidTime`."""
    if closes_at != end_of_rehearsal(closes_at, opens_at):
        raise InvalidTime("closes_at", "must be within an hour of the opening: this is a rehearsal")


def moment_of_opening(opens_at: datetime | None, now: datetime) -> datetime:
    """Return when a poll with this opening time opens: no sooner than pages and copies can follow."""
    return max(opens_at or now, now + COUNTDOWN)
