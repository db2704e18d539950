"""A poll's totals: the sum of its shard items beside a copy of what readers must know of the poll."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from contracts.events import PollEvent
from contracts.ids import PollStatus, ResultVisibility
from contracts.tally import TallyChanged, TallyChangedV2

from results_service.domain.tally import Tally


@dataclass(frozen=True, slots=True)
class PollState:
    """The copy of a poll that decides who may see its counts. The greater revision is the newer one."""

    status: PollStatus
    result_visibility: ResultVisibility
    opens_at: datetime | None
    closes_at: datetime | None
    revision: int
    show_turnout: bool = False
    """Whether everybody may see how many votes there are while the counts are hidden."""

    @classmethod
    def after(cls, event: PollEvent) -> Self:
        """Return the state that the event tells."""
        # Only events of polls that do show it say so.
        show_turnout = getattr(event, "show_turnout", False)
        return cls(
            event.status,
            event.result_visibility,
            event.opens_at,
            event.closes_at,
            event.revision,
            show_turnout=show_turnout,
        )

    def status_at(self, now: datetime) -> PollStatus:
        """Return the status by the clock: an open poll past `closes_at` is closed before anybody says so."""
        over = self.closes_at is not None and self.closes_at <= now
        return PollStatus.CLOSED if over and self.status is PollStatus.OPEN else self.status


@dataclass(frozen=True, slots=True)
class Totals:
    """One snapshot. `poll` is None while votes have arrived but no event of their poll has yet."""

    poll_id: str
    tally: Tally
    poll: PollState | None
    version: int
    updated_at: datetime
    announced: bool = False
    """Whether a snapshot of this poll has been everybody's business before."""

    def event(self) -> TallyChanged | None:
        """Return the snapshot for the stream, or None while it is nobody's business.

        That is before the poll is known, when nobody could say who may see it, and while it is a draft. A
        poll that has become a draft again, deleted or taken back, is told once more, without counts: whoever
        keeps its last snapshot is to forget it.
        """
        if self.poll is None:
            return None
        draft = self.poll.status is PollStatus.DRAFT
        if draft and not self.announced:
            return None
        tally = Tally() if draft else self.tally
        event = TallyChanged(
            poll_id=self.poll_id,
            a=tally.a,
            b=tally.b,
            invalid=tally.invalid,
            status=self.poll.status,
            result_visibility=self.poll.result_visibility,
            opens_at=self.poll.opens_at,
            closes_at=self.poll.closes_at,
            tally_version=self.version,
            updated_at=self.updated_at,
        )
        if not self.poll.show_turnout:
            return event
        return TallyChangedV2.model_validate(dict(event) | {"version": 2, "show_turnout": True})


def totals_after(
    before: Totals | None, poll_id: str, tally: Tally, update: PollState | None, now: datetime
) -> Totals:
    """Return the snapshot that replaces `before`.

    Its version grows with every write and follows the clock in milliseconds, so that it also grows past an
    item that was lost and begun anew. `news` counts only with a greater revision than the copy's.
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
