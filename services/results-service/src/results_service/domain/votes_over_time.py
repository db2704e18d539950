"""Votes over time: select the snapshots of a poll's totals that are stored, and those for a chart.

Time is divided into slots of several widths, each a multiple of the one before. The last snapshot of a slot
is stored at the level of the widest slot that it ended, so a chart of a week reads only wide slots. The cost
of a read is the same for a poll of an hour and one of a month; the cost of storing is one write per slot.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from contracts.enums import PollStatus
from contracts.votes_over_time import MAX_POINTS

from results_service.domain.totals import Totals

SLOTS: Final = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=2),
    timedelta(days=1),
)
"""Slot width per level. 500 slots cover 83 minutes, 8 hours, 3 days, 41 days, and more."""

_MILLISECOND: Final = timedelta(milliseconds=1)
_SPARE: Final = 10
"""Reserve for partial slots at both ends, the opening, the newest snapshot, and snapshots after the close."""


@dataclass(frozen=True, slots=True)
class Point:
    """The votes that readers saw at one moment."""

    at: datetime
    a: int
    b: int


def point_of(totals: Totals) -> Point:
    """Return a snapshot as a point."""
    return Point(totals.updated_at, totals.tally.a, totals.tally.b)


def level_ended(before: int, after: int) -> int | None:
    """Return the level of the widest slot that ended between two versions of the totals, or None.

    Versions follow the clock in milliseconds and only grow. Exactly one conditional write succeeds for each
    version. That writer stores the previous snapshot as a point, so a point is never written twice with
    different values.
    """
    ended = [level for level, width in enumerate(SLOTS) if _slot(before, width) != _slot(after, width)]
    return max(ended, default=None)


def level_for(totals: Totals) -> int:
    """Return the finest level at which a chart has room for the whole life of the poll."""
    poll = totals.poll
    if poll is None or poll.opens_at is None:
        return 0
    until = totals.updated_at if poll.closes_at is None else min(totals.updated_at, poll.closes_at)
    span = until - poll.opens_at
    fitting = (level for level, width in enumerate(SLOTS) if span // width <= MAX_POINTS - _SPARE)
    return next(fitting, len(SLOTS) - 1)


def series_until(totals: Totals, kept: Iterable[Point]) -> Sequence[Point]:
    """Return the points of a chart, from zero votes at the opening to the current totals."""
    poll = totals.poll
    if poll is None or poll.status is PollStatus.DRAFT:
        return ()
    points = [*kept, point_of(totals)]
    if poll.opens_at is not None:
        begun = [point for point in points if point.at >= poll.opens_at]
        points = [Point(poll.opens_at, 0, 0), *begun] if begun else []
    return _thinned(_without_repeats(points, poll.closes_at))


def _without_repeats(points: Sequence[Point], closes_at: datetime | None) -> Sequence[Point]:
    """Omit points after the close that repeat the counts, such as one from archiving the poll."""
    return [
        point
        for position, point in enumerate(points)
        if closes_at is None
        or point.at <= closes_at
        or (point.a, point.b) != (points[position - 1].a, points[position - 1].b)
    ]


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    if len(points) <= MAX_POINTS:
        return points
    last = len(points) - 1
    return [points[number * last // (MAX_POINTS - 1)] for number in range(MAX_POINTS)]


def _slot(version: int, width: timedelta) -> int:
    return version // (width // _MILLISECOND)
