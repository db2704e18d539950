"""The one base of everything that crosses a boundary: frozen, and closed to unknown fields."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, PlainSerializer


class Contract(BaseModel):
    """A value that crosses a service boundary.

    Frozen, so nobody changes a message in passing; `extra="forbid"`, so a misspelt or smuggled field is an
    error where it enters and not a silent loss later.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


def _to_utc_milliseconds(moment: datetime) -> datetime:
    utc = moment.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def format_instant(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`: one width, so instants also sort as text."""
    return _to_utc_milliseconds(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[
    AwareDatetime,
    AfterValidator(_to_utc_milliseconds),
    PlainSerializer(format_instant, return_type=str, when_used="always"),
]
"""A moment in UTC, to the millisecond. Times without a zone are refused."""
