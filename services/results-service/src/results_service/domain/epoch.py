"""Which generation of a poll's counters counts which records: how counters are rebuilt while votes come in.

A new epoch counts, beside the one that readers see, whatever was recorded from its cut on. What was recorded
before is its base: the log, read once nothing of before the cut can still be written to it. Then readers are
shown the new epoch. Which votes lie on which side is read off the vote itself, so no order of arrival, no
second delivery and no stream of another name puts one on both sides or on none.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from results_service.domain.vote_record import Change, Vote

CUTOFF_DELAY: Final = timedelta(seconds=45)
"""How far ahead a cut lies: whoever counts must know of it before anything is recorded after it.

That is by the clock of vote-service, which may be 30 seconds ahead of ours; the rest is to be sure.
"""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One generation of counters: what was recorded from its `cut` on, beside a base of what was before."""

    name: str
    cutoff: datetime

    def counts(self, change: Change) -> bool:
        """Tell whether a record that the stream delivers is this epoch's to count.

        What is no vote by contract tells no time: a rebuilt epoch has those that its base was read with.
        """
        return self == FIRST or (isinstance(change, Vote) and change.recorded_at >= self.cutoff)

    def after(self, now: datetime) -> "Epoch":
        """Return the epoch that is to replace this one, begun now."""
        return Epoch(f"{int(self.name) + 1:04d}", (now + CUTOFF_DELAY).replace(microsecond=0))


FIRST: Final = Epoch("0001", datetime.min.replace(tzinfo=UTC))
"""Counts all that the stream delivers, from a poll's first vote on; it has no base."""


@dataclass(frozen=True, slots=True)
class Epochs:
    """The epoch that readers see, and the one that is counted beside it until its base is there."""

    active: Epoch = FIRST
    candidate: Epoch | None = None

    @property
    def rebuilt(self) -> bool:
        """Whether a rebuild has begun, now or ever."""
        return self != Epochs()

    @property
    def counted(self) -> tuple[Epoch, ...]:
        """Every epoch into which new records are counted."""
        return (self.active,) if self.candidate is None else (self.active, self.candidate)
