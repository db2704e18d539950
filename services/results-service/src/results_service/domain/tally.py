"""Exact counting by a high-water mark: a counter includes every record up to its mark, and none above it.

Sequence numbers increase within a shard, and records first arrive in that order. So a record delivered again,
in any batch, is at or below the mark and adds nothing (docs/adr, exactly-once counting).
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass
from operator import add
from typing import Final, Protocol

from contracts.enums import Choice

from results_service.domain.vote_record import Change, PoisonRecord, Vote

HIGH_WATER_MARK_DIGITS: Final = 40
"""Length of a mark. DynamoDB numbers hold 38 digits, so a mark is zero-padded text that sorts as a number."""


class CountedVote(Protocol):
    """A vote, from the stream or from the vote log."""

    @property
    def choice(self) -> Choice:
        """The option that was chosen."""

    @property
    def shown_first(self) -> Choice | None:
        """The option that was shown first, in a poll that shuffles its options."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Votes per option, and the number of invalid records.

    Of a poll that shuffles its options also the votes by the option that was shown first: `b_first_a` is the
    number of votes for A with B shown first.
    """

    a: int = 0
    b: int = 0
    invalid: int = 0
    a_first_a: int = 0
    a_first_b: int = 0
    b_first_a: int = 0
    b_first_b: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*map(add, astuple(self), astuple(other)))


def tally_of_votes(votes: Iterable[CountedVote], invalid: int = 0) -> Tally:
    """Count votes."""
    counts = Counter((vote.choice, vote.shown_first) for vote in votes)
    by_order = [counts[choice, first] for first in Choice for choice in Choice]
    a, b = (sum(counts[choice, first] for first in (*Choice, None)) for choice in Choice)
    return Tally(a, b, invalid, *by_order)


@dataclass(frozen=True, slots=True)
class Increment:
    """The counts that one update adds to a counter, its new mark, and the trace id of the newest vote."""

    added: Tally
    mark: str
    trace_id: str | None = None


def mark_of(number: str) -> str:
    """Return a sequence number as a high-water mark."""
    return number.zfill(HIGH_WATER_MARK_DIGITS)


def increment_after(
    mark: str | None, changes: Iterable[Change], counts: Callable[[Change], bool] = lambda _: True
) -> Increment | None:
    """Return the increment for the records above `mark`, or None if there are none.

    `mark` is None for a new counter. The new mark covers all these records; only those that the epoch counts
    are added.
    """
    new = {
        mark_of(change.number): change
        for change in changes
        if isinstance(change, Vote | PoisonRecord) and change.number is not None
        if mark is None or mark_of(change.number) > mark
    }
    if not new:
        return None
    counted = [change for change in new.values() if counts(change)]
    votes = [change for change in counted if isinstance(change, Vote)]
    added = tally_of_votes(votes, invalid=len(counted) - len(votes))
    newest = max(votes, key=lambda vote: mark_of(vote.number), default=None)
    return Increment(added, mark=max(new), trace_id=newest.trace_id if newest else None)


def lowest_number(changes: Iterable[Change]) -> str | None:
    """Return the lowest sequence number as delivered, or None if any record has none."""
    numbers = [change.number for change in changes]
    known = [number for number in numbers if number is not None]
    return min(known, key=mark_of) if known and len(known) == len(numbers) else None
