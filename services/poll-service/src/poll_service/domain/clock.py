"""The clock: UTC, to the millisecond, as instants are on the wire and in the table."""

from datetime import UTC, datetime, timedelta
from typing import Final

COUNTDOWN: Final = timedelta(seconds=3)
"""Time from "open now" or "close now" to the moment itself: pages count down, copies of the poll catch up."""
COUNTDOWN_TEXT: Final = f"{COUNTDOWN.seconds} seconds"
"""The countdown in the texts of errors."""


def now() -> datetime:
    """Return the current time, truncated to the millisecond."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
