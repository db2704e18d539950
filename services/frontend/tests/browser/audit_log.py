"""Audit events for tests."""

from datetime import UTC, datetime, timedelta
from typing import Final

from contracts.audit_log import AuditAction, AuditEvent
from contracts.ids import PollId

NOON: Final = datetime(2026, 5, 4, 12, tzinfo=UTC)


def entry(
    action: AuditAction,
    about: str | None = None,
    poll_id: PollId | None = None,
    name: str = "ada",
    minute: int = 0,
) -> AuditEvent:
    """Return an audit event at some minutes past noon."""
    return AuditEvent(
        at=NOON + timedelta(minutes=minute), subject=f"sub-of-{name}", name=name, action=action,
        poll_id=poll_id, revision=1 if poll_id else None, about=about,
    )  # fmt: skip
