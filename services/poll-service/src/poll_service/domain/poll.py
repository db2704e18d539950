"""What a poll is, and how it looks at a given moment."""

from dataclasses import dataclass
from datetime import datetime

from contracts import api
from contracts.ids import PollId, PollStatus, ResultVisibility, VoterPolicy

from poll_service.domain.refusals import PollNotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A poll as stored. `status` is the last step written; what readers see is `status_at` their moment."""

    poll_id: PollId
    question: str
    option_a: str
    option_b: str
    policy: VoterPolicy
    result_visibility: ResultVisibility
    created_at: datetime
    created_by: str
    closes_at: datetime | None
    opens_at: datetime | None = None
    archived_at: datetime | None = None
    status: PollStatus = PollStatus.DRAFT
    proof_of_work: bool = False
    revision: int = 1

    def status_at(self, now: datetime) -> PollStatus:
        """Return the status by the clock: an open poll past `closes_at` is closed, announced or not."""
        overdue = self.status is PollStatus.OPEN and self.closes_at is not None and self.closes_at <= now
        return PollStatus.CLOSED if overdue else self.status

    def seen_at(self, now: datetime) -> api.Poll:
        """Return the poll as voters see it. An archived one is closed to them, like any other."""
        return api.Poll(
            poll_id=self.poll_id,
            question=self.question,
            options=api.Options(a=api.Option(label=self.option_a), b=api.Option(label=self.option_b)),
            status=self.status_at(now),
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            policy=self.policy,
            result_visibility=self.result_visibility,
            revision=self.revision,
        )

    def seen_by_public_at(self, now: datetime) -> api.Poll:
        """Return the poll as everybody may see it. Raises `PollNotFound` for a draft: as if it were not."""
        if self.status is PollStatus.DRAFT:
            raise PollNotFound
        return self.seen_at(now)

    def managed_at(self, now: datetime) -> api.PollV2:
        """Return the poll as organisers see it."""
        seen = self.seen_at(now)
        return api.PollV2(
            **{name: getattr(seen, name) for name in api.Poll.model_fields}, archived_at=self.archived_at
        )

    def listed_at(self, now: datetime) -> api.PollSummaryV2:
        """Return the poll as a line of the organiser's list."""
        managed = self.managed_at(now)
        return api.PollSummaryV2(
            **{name: getattr(managed, name) for name in api.PollV2.model_fields}, created_at=self.created_at
        )


def active_at(opened_last: Poll | None, now: datetime) -> api.Poll | None:
    """Return the active poll: the one opened last, unless it has closed since."""
    if opened_last is None or opened_last.status_at(now) is not PollStatus.OPEN:
        return None
    return opened_last.seen_at(now)
