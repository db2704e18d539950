"""The result of a transition, and the organiser that requested it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.audit_log import AuditEvent
from contracts.enums import PollStatus
from contracts.events import PollArchived, PollEvent
from contracts.model import format_instant

from poll_service.domain.audit_action import audit_action_of, details
from poll_service.domain.errors import RevisionConflict
from poll_service.domain.poll import Poll
from poll_service.domain.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Change:
    """The result of a transition. Without `event` there is nothing to write.

    `close_at` is when the close must be announced. `schedule` is the changed schedule, None if it stays as it
    is. `entry` is the entry in the audit log, None if the clock caused the transition.
    """

    poll: Poll
    event: PollEvent | None = None
    close_at: datetime | None = None
    schedule: Schedule | None = None
    entry: AuditEvent | None = None


type Transition = Callable[[Poll, Schedule], Change]


@dataclass(frozen=True, slots=True)
class Actor:
    """An organiser that requests a transition, and when; `seen_revision` is the revision that they saw.

    `subject` stays the same; `name` is for people to read; `request` is a digest of the whole request.
    """

    subject: str
    at: datetime
    seen_revision: int | None = None
    name: str | None = None
    request: str | None = None

    def repeats(self, poll: Poll) -> bool:
        """Return whether this same request made the last change: its response may have been lost."""
        return self.request is not None and poll.changed_from == self.request

    def once(self, transition: Transition) -> Transition:
        """Return the transition without effect on a poll that this request has changed already.

        A closed poll has changed since the request, so the transition decides.
        """

        def unless_repeated(poll: Poll, schedule: Schedule) -> Change:
            done = self.repeats(poll) and poll.status_at(self.at) is not PollStatus.CLOSED
            return Change(poll) if done else transition(poll, schedule)

        return unless_repeated

    def require_seen(self, poll: Poll) -> None:
        """Check that no other request of an organiser has changed the poll since. Raises `RevisionConflict`.

        Transitions by the clock do not count: an announced close is no conflict.
        """
        seen = self.seen_revision
        if seen is None or poll.changed_revision <= seen <= poll.revision or self.repeats(poll):
            return
        when = format_instant(poll.changed_at)
        raise RevisionConflict(
            f"Changed by {poll.changed_by} at {when}: it is at revision {poll.revision} now"
        )

    def stamp(self, change: Change, before: Poll | None = None) -> Change:
        """Return the change with this organiser as the poll's last editor, and with an audit event."""
        if change.event is None:
            return change
        revision = change.poll.revision
        signed = replace(
            change.poll,
            changed_by=self.subject,
            changed_at=self.at,
            changed_revision=revision,
            changed_from=self.request,
        )
        if before is not None and before.archived_at is not None and isinstance(change.event, PollArchived):
            return replace(change, poll=signed)  # published again for copies that missed it; the entry exists
        entry = AuditEvent(
            at=self.at,
            subject=self.subject,
            name=self.name or self.subject,
            action=audit_action_of(change.event.type),
            poll_id=signed.poll_id,
            revision=revision,
            about=details(change.event, before, signed, self.at),
        )
        return replace(change, poll=signed, entry=entry)
