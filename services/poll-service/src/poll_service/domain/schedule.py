"""Schedule: the time slots of all polls, planned and running; no two of them overlap.

It is one value, so that every change considers all slots; of two concurrent changes one is decided again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self

from contracts.ids import PollId
from contracts.model import format_instant

from poll_service.domain.errors import AnotherPollActive, InvalidState

ANNOUNCE_WINDOW: Final = timedelta(days=1)
"""How long before its opening the next poll is the active one, with a countdown."""

MAX_SLOTS: Final = 500


@dataclass(frozen=True, slots=True)
class TimeSlot:
    """Votes are accepted from `opens_at` until before `closes_at`; without `closes_at`, without end."""

    poll_id: PollId
    opens_at: datetime
    closes_at: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Return whether its end has passed."""
        return self.closes_at is not None and self.closes_at <= now

    def overlaps(self, other: "TimeSlot") -> bool:
        """Return whether both slots share a moment. One may begin at the very moment the other ends."""
        return not self.is_over(other.opens_at) and not other.is_over(self.opens_at)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The slots that are not over, by time, and the number of changes."""

    revision: int = 0
    slots: tuple[TimeSlot, ...] = ()

    def shown_at(self, now: datetime) -> PollId | None:
        """Return the active poll: the open one, otherwise the next one that opens within a day."""
        coming = [slot for slot in self.slots if not slot.is_over(now)]
        if not coming or coming[0].opens_at > now + ANNOUNCE_WINDOW:
            return None
        return coming[0].poll_id

    def with_slot(self, slot: TimeSlot, now: datetime) -> Self:
        """Return the schedule with this as the one slot of its poll, and without slots that are over.

        Raises `AnotherPollActive`, which names the other poll and its times, and `InvalidState` if too many
        polls are planned.
        """
        others = self._others(slot.poll_id, now)
        for other in others:
            if slot.overlaps(other):
                raise AnotherPollActive(_overlap_reason(other, now))
        if len(others) >= MAX_SLOTS:
            raise InvalidState(f"{MAX_SLOTS} polls are planned already: take one back first")
        return self._next((*others, slot))

    def without(self, poll_id: PollId, now: datetime) -> Self:
        """Return the schedule without this poll, and without slots that are over."""
        return self._next(self._others(poll_id, now))

    def _others(self, poll_id: PollId, now: datetime) -> tuple[TimeSlot, ...]:
        return tuple(slot for slot in self.slots if slot.poll_id != poll_id and not slot.is_over(now))

    def _next(self, slots: tuple[TimeSlot, ...]) -> Self:
        ordered = tuple(sorted(slots, key=lambda slot: slot.opens_at))
        return type(self)(revision=self.revision + 1, slots=ordered)


def _overlap_reason(other: TimeSlot, now: datetime) -> str:
    opens = format_instant(other.opens_at)
    if other.closes_at is None:
        since = f"is open since {opens}" if other.opens_at <= now else f"is scheduled from {opens} on"
        return f"Poll {other.poll_id} {since}, without an end: give it one, or close it, first"
    ends = format_instant(other.closes_at)
    if other.opens_at <= now:
        return f"Poll {other.poll_id} is open until {ends}: close it first, or open this one then"
    return f"Poll {other.poll_id} is scheduled from {opens} to {ends}: end before that, or begin after"
