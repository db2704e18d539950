"""Votes over time: what an organiser's chart is drawn from."""

from typing import Annotated, Final

from pydantic import Field, NonNegativeInt

from contracts.ids import PollId
from contracts.model import Contract, Instant

MAX_POINTS: Final = 500
"""More than a chart has room for."""


class SeriesPoint(Contract):
    """So many votes had been counted at `at`, all from the beginning; so it stood until the next point."""

    at: Instant
    a: NonNegativeInt
    b: NonNegativeInt


class Series(Contract):
    """`GET /admin/api/results/{poll_id}/series`: what readers were shown, in order of time, the newest last.

    `rebuilt_at`: points of before are of counters that were made anew then; null for almost every poll.
    """

    poll_id: PollId
    points: Annotated[tuple[SeriesPoint, ...], Field(max_length=MAX_POINTS)]
    rebuilt_at: Instant | None
