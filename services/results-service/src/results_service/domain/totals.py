"""A poll's totals: the sum of its counters, and a copy of the poll's snapshot."""

from dataclasses import dataclass
from datetime import datetime

from contracts.enums import PollStatus
from contracts.poll_snapshot import PollSnapshot
from contracts.tally import TallyChanged

from results_service.domain.poll import Poll
from results_service.domain.tally import Tally


@dataclass(frozen=True, slots=True)
class Totals:
    """One snapshot of the totals. `poll` is None until the first event of the poll arrives."""

    poll_id: str
    tally: Tally
    poll: Poll | None
    version: int
    updated_at: datetime
    announced: bool = False
    """Whether a snapshot of this poll has been published before."""
    trace_id: str | None = None
    """Of one vote in the tally: the newest of the batch that was counted last."""

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
            **dict(self.poll.project(PollSnapshot)),
            a=tally.a,
            b=tally.b,
            invalid=tally.invalid,
            tally_version=self.version,
            updated_at=self.updated_at,
            trace_id=None if draft else self.trace_id,
        )


def totals_after(
    before: Totals | None,
    poll_id: str,
    tally: Tally,
    update: Poll | None,
    now: datetime,
    *,
    trace_id: str | None = None,
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
        trace_id=trace_id,
    )
