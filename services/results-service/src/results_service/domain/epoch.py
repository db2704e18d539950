"""Epochs: generations of a poll's counters, which make a rebuild possible while votes come in.

The candidate epoch counts records from its cutoff on. Its base holds older votes: it is counted from the vote
log once no vote older than the cutoff can be written any more. Then the candidate becomes active. The time in
the vote itself decides on which side of the cutoff it is. So no vote is counted on both sides or on none, in
any order of arrival, after redelivery, or from a replaced stream.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from results_service.domain.vote_record import Change, Vote

CUTOFF_DELAY: Final = timedelta(seconds=45)
"""Time from the start of a rebuild to its cutoff: counters must read the new epoch before the cutoff.

The clock of vote-service decides, and it may be 30 seconds ahead; the rest is margin.
"""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One generation of counters: votes recorded from `cutoff` on, and a base of all earlier votes."""

    name: str
    cutoff: datetime

    def counts(self, change: Change) -> bool:
        """Return whether this epoch counts a record from the stream.

        An invalid record carries no time. A rebuilt epoch has only those that are in its base.
        """
        return self == FIRST or (isinstance(change, Vote) and change.recorded_at >= self.cutoff)

    def after(self, now: datetime) -> "Epoch":
        """Return the epoch that replaces this one, begun now."""
        return Epoch(f"{int(self.name) + 1:04d}", (now + CUTOFF_DELAY).replace(microsecond=0))


FIRST: Final = Epoch("0001", datetime.min.replace(tzinfo=UTC))
"""Counts all records from the stream, from a poll's first vote on. It has no base."""


@dataclass(frozen=True, slots=True)
class Epochs:
    """The active epoch, and the candidate that is counted too until its base is complete."""

    active: Epoch = FIRST
    candidate: Epoch | None = None

    @property
    def rebuilt(self) -> bool:
        """Return whether a rebuild has ever begun."""
        return self != Epochs()

    @property
    def counted(self) -> tuple[Epoch, ...]:
        """Return all epochs that count new records."""
        return (self.active,) if self.candidate is None else (self.active, self.candidate)
