"""The clock that decides: UTC, to the millisecond, as instants are on the wire and in the table."""

from datetime import UTC, datetime, timedelta
from typing import Final

COUNTDOWN: Final = timedelta(seconds=3)
"""From "open now" or "close now" to the moment itself: pages count it down, copies of the poll catch up."""


def now() -> datetime:
    """Return this moment, cut to the millisecond."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
