"""When which poll is open: what is planned and what runs, without two ever overlapping.

Kept as one value, so that whoever changes it decides by all of it, and of two who change it at once one
decides again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from contracts.ids import PollId
from contracts.model import format_instant

from poll_service.domain.errors import AnotherPollActive, InvalidState

ANNOUNCE_WINDOW: Final = timedelta(days=1)
"""How long before it opens the next poll is the one that everybody is shown, with a countdown."""

MAX_SLOTS: Final = 500


@dataclass(frozen=True, slots=True)
class TimeSlot:
    """Votes are taken in this poll from `opens_at` on and before `closes_at`; without that, without end."""

    poll_id: PollId
    opens_at: datetime
    closes_at: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Tell whether its end has passed."""
        return self.closes_at is not None and self.closes_at <= now

    def overlaps(self, other: "TimeSlot") -> bool:
        """Tell whether there is a moment in both. One may begin at the very moment the other ends."""
        return not self.is_over(other.opens_at) and not other.is_over(self.opens_at)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The slots that are not over, by time, and how often the schedule has changed."""

    revision: int = 0
    slots: tuple[TimeSlot, ...] = ()

    def shown_at(self, now: datetime) -> PollId | None:
        """Return the poll that is open, else the next one that opens within a day."""
        coming = [slot for slot in self.slots if not slot.is_over(now)]
        if not coming or coming[0].opens_at > now + ANNOUNCE_WINDOW:
            return None
        return coming[0].poll_id

    def with_slot(self, slot: TimeSlot, now: datetime) -> Self:
        """Return the schedule with this as the one slot of its poll, and without what is over.

        Raises `AnotherPollActive`, which names the other poll and its times, and `InvalidState` when too many
        polls are planned.
        """
        others = self._others(slot.poll_id, now)
        for other in others:
            if slot.overlaps(other):
                raise AnotherPollActive(_why(other, now))
        if len(others) >= MAX_SLOTS:
            raise InvalidState(f"{MAX_SLOTS} polls are planned already: take one back first")
        return self._next((*others, slot))

    def without(self, poll_id: PollId, now: datetime) -> Self:
        """Return the schedule without this poll, and without what is over."""
        return self._next(self._others(poll_id, now))

    def _others(self, poll_id: PollId, now: datetime) -> tuple[TimeSlot, ...]:
        return tuple(slot for slot in self.slots if slot.poll_id != poll_id and not slot.is_over(now))

    def _next(self, slots: tuple[TimeSlot, ...]) -> Self:
        ordered = tuple(sorted(slots, key=lambda slot: slot.opens_at))
        return type(self)(revision=self.revision + 1, slots=ordered)


def _why(other: TimeSlot, now: datetime) -> str:
    opens = format_instant(other.opens_at)
    if other.closes_at is None:
        since = f"is open since {opens}" if other.opens_at <= now else f"is scheduled from {opens} on"
        return f"Poll {other.poll_id} {since}, without an end: give it one, or close it, first"
    ends = format_instant(other.closes_at)
    if other.opens_at <= now:
        return f"Poll {other.poll_id} is open until {ends}: close it first, or open this one then"
    return f"Poll {other.poll_id} is scheduled from {opens} to {ends}: end before that, or begin after"
