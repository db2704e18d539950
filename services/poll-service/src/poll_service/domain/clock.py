"""The clock that decides: UTC, to the millisecond, as instants are on the wire and in the table."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return this moment, cut to the millisecond."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
