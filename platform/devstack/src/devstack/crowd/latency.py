"""From a vote to another open page: which frame showed it, and how long that took.

A frame names counts, not votes, so a vote is held to be on screen with the first frame that shows at least as
many votes as were confirmed when this one was. One vote at a time this is exact; when many are under way it
may be kind by one coalesced frame. Only votes confirmed at the first attempt are measured: the others say
more of the retries than of the way.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from devstack.crowd.voter import Reply


@dataclass(frozen=True, slots=True)
class Observation:
    """A frame as one listener saw it: when (monotonic seconds) and how many votes it showed."""

    at: float
    total: int


@dataclass(frozen=True, slots=True)
class Percentiles:
    """A distribution in milliseconds."""

    count: int
    p50: float
    p90: float
    p99: float
    slowest: float


@dataclass(frozen=True, slots=True)
class Latencies:
    """Seconds from vote to frame, one entry for each measured vote and listener."""

    from_sending: list[float]
    from_answer: list[float]


def measure(told: Sequence[Reply], before: int, listeners: Sequence[Sequence[Observation]]) -> Latencies:
    """Return the latencies of the votes newly recorded; `before` is the total before the first of them.

    A frame may be there before its vote's answer is: that is zero from the answer, not less.
    """
    recorded = sorted((tap for tap in told if tap.status == 201), key=lambda tap: tap.answered_at)  # noqa: PLR2004
    latencies = Latencies([], [])
    for glimpses in listeners:
        totals = _running_maximum([glimpse.total for glimpse in glimpses])
        for ordinal, tap in enumerate(recorded, start=1):
            position = bisect_left(totals, before + ordinal)
            if tap.attempts == 1 and position < len(glimpses):
                seen = glimpses[position].at
                latencies.from_sending.append(max(0.0, seen - tap.sent_at))
                latencies.from_answer.append(max(0.0, seen - tap.answered_at))
    return latencies


def spread(seconds: Sequence[float]) -> Percentiles | None:
    """Return the distribution, by nearest rank; nothing when there is nothing."""
    if not seconds:
        return None
    ordered = sorted(value * 1000 for value in seconds)

    def rank(share: float) -> float:
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]

    return Percentiles(len(ordered), rank(0.5), rank(0.9), rank(0.99), ordered[-1])


def _running_maximum(totals: Sequence[int]) -> list[int]:
    highest, running = 0, []
    for total in totals:
        highest = max(highest, total)
        running.append(highest)
    return running
