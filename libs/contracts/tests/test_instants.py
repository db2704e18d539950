"""Instants: one notation on the wire, in UTC, to the millisecond."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from contracts.model import Contract, Instant, format_instant
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
moments = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.timezones(),
)


class Happening(Contract):
    at: Instant
    until: Instant | None = None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-05-04T18:42:11Z", datetime(2026, 5, 4, 18, 42, 11, tzinfo=UTC)),
        ("2026-05-04T20:42:11.358+02:00", datetime(2026, 5, 4, 18, 42, 11, 358000, UTC)),
        ("2026-05-04T18:42:11.3589999Z", datetime(2026, 5, 4, 18, 42, 11, 358000, UTC)),
        ("2026-05-04T18:42:11.3-00:00", datetime(2026, 5, 4, 18, 42, 11, 300000, UTC)),
    ],
)
def test_rfc_3339_is_read_into_utc_to_the_millisecond(written: str, read: datetime) -> None:
    assert INSTANT.validate_python(written) == INSTANT.validate_json(f'"{written}"') == read
    assert INSTANT.validate_python(written).tzinfo is UTC


@pytest.mark.parametrize(
    "written",
    [
        "2026-05-04T18:42:11",
        "2026-05-04",
        "2026-05-04 18:42:11Z",
        "2026-05-04T18:42Z",
        "2026-13-04T18:42:11Z",
        "2026-02-30T18:42:11Z",
        "2026-05-04T18:42:60Z",
        "2026-05-04T18:42:11+24:00",
        "9999-12-31T23:59:59-01:00",
        "0001-01-01T00:00:00+01:00",
        "1777920131",
        "1777920131358",
        "٢٠٢٦-05-04T18:42:11Z",
        " 2026-05-04T18:42:11Z",
        "2026-05-04T18:42:11Z\n",
        "now",
        "",
        1777920131,
        1777920131.5,
        float("inf"),
        True,
        None,
        datetime(2026, 5, 4),  # noqa: DTZ001
    ],
)
def test_other_notations_are_rejected(written: object) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(written)


def test_instant_is_written_with_milliseconds_and_z() -> None:
    moment = datetime(2026, 5, 4, 20, 42, 11, 358999, timezone(timedelta(hours=2)))
    assert format_instant(moment) == "2026-05-04T18:42:11.358Z"
    assert Happening(at=moment).model_dump_json() == '{"at":"2026-05-04T18:42:11.358Z","until":null}'


@given(moment=moments)
def test_written_instant_is_read_back(moment: datetime) -> None:
    happening = Happening(at=moment)
    assert Happening.model_validate_json(happening.model_dump_json()) == happening
    assert abs(happening.at - moment) < timedelta(milliseconds=1)


@given(first=moments, second=moments)
def test_written_moments_sort_as_text(first: datetime, second: datetime) -> None:
    if first <= second:
        assert format_instant(first) <= format_instant(second)
    else:
        assert format_instant(second) <= format_instant(first)
