"""Votes over time: the data of an organiser's chart."""

from typing import Final

from pydantic import NonNegativeInt

from contracts.ids import PollId
from contracts.model import Contract, Instant

MAX_POINTS: Final = 500
"""More than a chart has room for."""


class SeriesPoint(Contract):
    """The counts at `at`, from the beginning of the poll; they hold until the next point."""

    at: Instant
    a: NonNegativeInt
    b: NonNegativeInt


class Series(Contract):
    """`GET /admin/api/results/{poll_id}/series`: the published counts in order of time, the newest last.

    `rebuilt_at`: earlier points come from counters that were rebuilt at that time; null for almost every
    poll.
    """

    poll_id: PollId
    points: tuple[SeriesPoint, ...]
    rebuilt_at: Instant | None
