"""Base class of all contracts: frozen, and closed to unknown fields."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    WithJsonSchema,
)

_RFC_3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})"
)


class Contract(BaseModel):
    """A value that crosses a service boundary.

    Frozen, so that no code changes a message in passing; `extra="forbid"`, so that a misspelt or smuggled
    field is an error on input and not a silent loss later.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    def project[T: Contract](self, model: type[T]) -> T:
        """Return the fields of `model` that this value has."""
        return model(**{name: value for name, value in self if name in model.model_fields})


def _read(value: object) -> object:
    # Pydantic by itself also accepts Unix timestamps and guesses whether they are seconds or milliseconds.
    if isinstance(value, datetime):
        return value
    if isinstance(value, str) and _RFC_3339.fullmatch(value):
        return datetime.fromisoformat(value)
    raise ValueError("write a moment as in RFC 3339, such as 2026-05-04T18:30:00Z")


def _to_utc_milliseconds(moment: datetime) -> datetime:
    try:
        utc = moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("no such moment in UTC") from error
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def format_instant(moment: datetime) -> str:
    """Return RFC 3339 in UTC with milliseconds and `Z`: one width, so instants also sort as text."""
    return _to_utc_milliseconds(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_read),
    AfterValidator(_to_utc_milliseconds),
    PlainSerializer(format_instant, return_type=str, when_used="always"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A moment in UTC, to the millisecond. Rejected: times without a zone, and any notation but RFC 3339."""
