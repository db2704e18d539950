"""What a step makes of a poll, and who has taken it."""

from dataclasses import dataclass, replace
from datetime import datetime

from contracts.audit_log import AuditEventV2
from contracts.events import PollArchived, PollEvent
from contracts.model import format_instant

from poll_service.domain.audit_action import audit_action_of, details
from poll_service.domain.errors import RevisionConflict
from poll_service.domain.poll import Poll
from poll_service.domain.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Change:
    """What a step makes of a poll. Without `event`: nothing to write; `close_at`: when to come back.

    `schedule` is what the step makes of it; None leaves it as it is. `entry` is for the audit log: none where
    the clock took the step.
    """

    poll: Poll
    event: PollEvent | None = None
    close_at: datetime | None = None
    schedule: Schedule | None = None
    entry: AuditEventV2 | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """An organiser who asks for a step, when, and the revision of the poll that they have seen, if told.

    `subject` stays the same; `name` is for people to read.
    """

    subject: str
    at: datetime
    seen_revision: int | None = None
    name: str | None = None

    def require_seen(self, poll: Poll) -> None:
        """Check that no organiser has changed the poll since. Raises `RevisionConflict`.

        What the clock does to a poll is no surprise to anybody, so announcing its end does not count.
        """
        if self.seen_revision is None or poll.changed_revision <= self.seen_revision <= poll.revision:
            return
        when = format_instant(poll.changed_at)
        raise RevisionConflict(
            f"Changed by {poll.changed_by} at {when}: it is at revision {poll.revision} now"
        )

    def stamp(self, change: Change, before: Poll | None = None) -> Change:
        """Return the change with this organiser as the poll's last editor, and in the audit log."""
        if change.event is None:
            return change
        revision = change.poll.revision
        signed = replace(change.poll, changed_by=self.subject, changed_at=self.at, changed_revision=revision)
        if before is not None and before.archived_at is not None and isinstance(change.event, PollArchived):
            return replace(change, poll=signed)  # told again to whoever missed it, and done before
        entry = AuditEventV2(
            at=self.at,
            subject=self.subject,
            name=self.name or self.subject,
            action=audit_action_of(change.event),
            poll_id=signed.poll_id,
            revision=revision,
            about=details(change.event, before, signed, self.at),
        )
        return replace(change, poll=signed, entry=entry)
