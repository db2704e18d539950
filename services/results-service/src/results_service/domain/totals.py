"""A poll's totals: the sum of its counters, and a copy of the poll's status, visibility and times."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from contracts.enums import PollStatus, ResultVisibility
from contracts.events import PollEvent
from contracts.tally import TallyChanged

from results_service.domain.tally import Tally


@dataclass(frozen=True, slots=True)
class PollState:
    """The copy of a poll that decides who may see its counts. The highest revision is the newest."""

    status: PollStatus
    result_visibility: ResultVisibility
    opens_at: datetime | None
    closes_at: datetime | None
    revision: int
    show_turnout: bool = False
    """Whether everyone may see the number of votes while the counts are hidden."""

    @classmethod
    def after(cls, event: PollEvent) -> Self:
        """Return the state that an event announces."""
        return cls(
            event.status,
            event.result_visibility,
            event.opens_at,
            event.closes_at,
            event.revision,
            show_turnout=event.show_turnout,
        )

    def status_at(self, now: datetime) -> PollStatus:
        """Return the status at a moment: an open poll past `closes_at` is closed, even before its event."""
        over = self.closes_at is not None and self.closes_at <= now
        return PollStatus.CLOSED if over and self.status is PollStatus.OPEN else self.status


@dataclass(frozen=True, slots=True)
class Totals:
    """One snapshot of the totals. `poll` is None until the first event of the poll arrives."""

    poll_id: str
    tally: Tally
    poll: PollState | None
    version: int
    updated_at: datetime
    announced: bool = False
    """Whether a snapshot of this poll has been published before."""

    def event(self) -> TallyChanged | None:
        """Return the snapshot event for the stream, or None if consumers must not receive it.

        There is no event while the poll is unknown, since its visibility is unknown too, and none while it is
        a draft. If a published poll becomes a draft again (deleted or unscheduled), one more event without
        counts lets consumers delete its last snapshot.
        """
        if self.poll is None:
            return None
        draft = self.poll.status is PollStatus.DRAFT
        if draft and not self.announced:
            return None
        tally = Tally() if draft else self.tally
        return TallyChanged(
            poll_id=self.poll_id,
            a=tally.a,
            b=tally.b,
            invalid=tally.invalid,
            status=self.poll.status,
            result_visibility=self.poll.result_visibility,
            opens_at=self.poll.opens_at,
            closes_at=self.poll.closes_at,
            show_turnout=self.poll.show_turnout,
            tally_version=self.version,
            updated_at=self.updated_at,
        )


def totals_after(
    before: Totals | None, poll_id: str, tally: Tally, update: PollState | None, now: datetime
) -> Totals:
    """Return the snapshot that replaces `before`.

    The version grows with every write and follows the clock in milliseconds, so it also grows if the item is
    lost and created again. `update` applies only if its revision is higher than the copy's.
    """
    version = before.version if before else 0
    known = before.poll if before else None
    newer = update is not None and (known is None or update.revision > known.revision)
    return Totals(
        poll_id,
        tally,
        poll=update if newer else known,
        version=max(version + 1, int(now.timestamp() * 1000)),
        updated_at=now,
        announced=before is not None and before.event() is not None,
    )
