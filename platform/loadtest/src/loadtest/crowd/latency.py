"""Latency from a vote to the first message on another open page that shows it.

A message carries counts, not votes. A vote counts as shown by the first message with a total of at least the
number of votes confirmed up to it. This is exact for one vote at a time; with concurrent votes it may be too
short by one coalesced message. Only votes confirmed at the first attempt are measured: the others would
measure retries.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from loadtest.crowd.voter import Reply


@dataclass(frozen=True, slots=True)
class Observation:
    """A message that one listener received: its time (monotonic seconds) and its number of votes."""

    at: float
    total: int


@dataclass(frozen=True, slots=True)
class Percentiles:
    """A distribution in milliseconds."""

    count: int
    p50: float
    p90: float
    p95: float
    p99: float
    slowest: float


@dataclass(frozen=True, slots=True)
class Latencies:
    """Seconds from vote to message, one entry for each measured vote and listener."""

    from_sending: list[float]
    from_answer: list[float]


def measure(replies: Sequence[Reply], before: int, listeners: Sequence[Sequence[Observation]]) -> Latencies:
    """Return the latencies of the newly recorded votes; `before` is the total before the first of them.

    A message may arrive before its vote's answer; the latency from the answer is then zero, not negative.
    """
    recorded = sorted((tap for tap in replies if tap.status == 201), key=lambda tap: tap.answered_at)  # noqa: PLR2004
    latencies = Latencies([], [])
    for observations in listeners:
        totals = _running_maximum([observation.total for observation in observations])
        for ordinal, tap in enumerate(recorded, start=1):
            position = bisect_left(totals, before + ordinal)
            if tap.attempts == 1 and position < len(observations):
                seen = observations[position].at
                latencies.from_sending.append(max(0.0, seen - tap.sent_at))
                latencies.from_answer.append(max(0.0, seen - tap.answered_at))
    return latencies


def spread(seconds: Sequence[float]) -> Percentiles | None:
    """Return the percentiles, by nearest rank; `None` without values."""
    if not seconds:
        return None
    ordered = sorted(value * 1000 for value in seconds)

    def rank(share: float) -> float:
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]

    return Percentiles(len(ordered), rank(0.5), rank(0.9), rank(0.95), rank(0.99), ordered[-1])


def _running_maximum(totals: Sequence[int]) -> list[int]:
    highest, running = 0, []
    for total in totals:
        highest = max(highest, total)
        running.append(highest)
    return running
