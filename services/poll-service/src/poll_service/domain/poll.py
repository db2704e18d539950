"""Poll: its stored state, and its views at a given moment."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from contracts import polls
from contracts.enums import ManagedStatus, PollStatus, ResultVisibility, VoterPolicy
from contracts.ids import PollId
from contracts.model import Instant
from contracts.poll_snapshot import DisplaySettings, PollSettings

from poll_service.domain.clock import COUNTDOWN
from poll_service.domain.errors import PollNotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """A poll as stored. `status` is that of the last transition; readers get the status by the clock.

    `changed_…` is the last change by an organiser; transitions by the clock do not count.
    """

    poll_id: PollId
    question: str
    option_a: str
    option_b: str
    image_a: str | None = None
    image_b: str | None = None
    policy: VoterPolicy
    result_visibility: ResultVisibility
    created_at: Instant
    created_by: str
    changed_at: Instant
    changed_by: str
    changed_revision: int = 1
    closes_at: Instant | None = None
    opens_at: Instant | None = None
    archived_at: Instant | None = None
    status: PollStatus = PollStatus.DRAFT
    settings: PollSettings = field(default_factory=PollSettings)
    embed_origins: tuple[str, ...] = ()
    rerun_of: PollId | None = None
    rehearsal: bool | None = None
    created_from: str | None = None
    """A digest of the request that created it, which identifies a repetition of that request."""
    changed_from: str | None = None
    """A digest of the organiser's request that changed it last, which identifies a repetition likewise."""
    revision: int = 1

    def status_at(self, now: datetime) -> PollStatus:
        """Return the status by the clock: an open poll past `closes_at` is closed, announced or not."""
        overdue = self.status is PollStatus.OPEN and self.closes_at is not None and self.closes_at <= now
        return PollStatus.CLOSED if overdue else self.status

    def is_scheduled(self, now: datetime) -> bool:
        """Return whether it opens later than "open now" would open it."""
        return (
            self.status is PollStatus.OPEN and self.opens_at is not None and self.opens_at > now + COUNTDOWN
        )

    def to_public(self, now: datetime) -> polls.PublicPoll:
        """Return the poll for voters. An archived one is closed, like any other."""
        order = self.settings.shuffle_options
        return polls.PublicPoll(status=self.status_at(now), shuffle_options=order, **self._public_fields())

    def require_public(self, now: datetime) -> polls.PublicPoll:
        """Return the poll for the public. Raises `PollNotFound` for a draft, as if it did not exist."""
        if self.status is PollStatus.DRAFT:
            raise PollNotFound
        return self.to_public(now)

    def to_admin(self, now: datetime) -> polls.Poll:
        """Return the poll for organisers."""
        return polls.Poll(**self._admin_fields(now))

    def to_summary(self, now: datetime) -> polls.PollSummary:
        """Return the poll for the organisers' list."""
        return polls.PollSummary(**self._admin_fields(now), created_at=self.created_at)

    def _admin_fields(self, now: datetime) -> dict[str, Any]:
        scheduled = self.is_scheduled(now)
        return self._public_fields() | {
            "status": ManagedStatus.SCHEDULED if scheduled else ManagedStatus(self.status_at(now)),
            "archived_at": self.archived_at,
            **dict(self.settings),
            "embed_origins": self.embed_origins,
            "rerun_of": self.rerun_of,
        }

    def _public_fields(self) -> dict[str, Any]:
        return {
            "poll_id": self.poll_id,
            "question": self.question,
            "options": polls.Options(
                a=polls.Option(label=self.option_a, image=self.image_a),
                b=polls.Option(label=self.option_b, image=self.image_b),
            ),
            "opens_at": self.opens_at,
            "closes_at": self.closes_at,
            "policy": self.policy,
            "result_visibility": self.result_visibility,
            **dict(self.settings.project(DisplaySettings)),
            "revision": self.revision,
            "rehearsal": self.rehearsal,
        }


def changed_fields(before: Poll, after: Poll) -> list[str]:
    """Return the names of the fields that differ, a setting by its own name, without stamps of the change."""
    known = _values(before)
    return [name for name, value in _values(after).items() if known[name] != value]


def _values(poll: Poll) -> dict[str, object]:
    names = (one.name for one in fields(poll) if not one.name.startswith("changed_"))
    return {name: getattr(poll, name) for name in names if name not in {"settings", "revision"}} | dict(
        poll.settings
    )


def active_at(shown: Poll | None, now: datetime) -> polls.PublicPoll | None:
    """Return the poll that the schedule names, None if it has closed or is a draft again."""
    if shown is None or shown.status_at(now) is not PollStatus.OPEN:
        return None
    return shown.to_public(now)
