"""The audit action of a poll event, and its details.

Never a text of the poll: a poll can be deleted, an entry cannot.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from contracts.audit_log import AuditAction
from contracts.events import PollChanged, PollEvent, PollOpened
from contracts.model import format_instant

from poll_service.domain.clock import COUNTDOWN
from poll_service.domain.poll import Poll, changed_fields

EVENT_TO_ACTION: Final[Mapping[str, AuditAction]] = {"poll_closing": AuditAction.POLL_CLOSED}
"""Events with an action of another name: an organiser closes, the clock has closed."""


def audit_action_of(event_type: str) -> AuditAction:
    """Return the organiser's action that caused an event of this type: `poll.opened` of `poll_opened`."""
    return EVENT_TO_ACTION.get(event_type) or AuditAction(event_type.replace("_", ".", 1))


def details(event: PollEvent, before: Poll | None, after: Poll, now: datetime) -> str | None:
    """Return the changed fields of an edit, the opening time of a poll that opens later, otherwise None."""
    if isinstance(event, PollChanged) and before is not None:
        return ", ".join(changed_fields(before, after)) or None
    if isinstance(event, PollOpened) and after.opens_at and after.opens_at > now + COUNTDOWN:
        return format_instant(after.opens_at)
    return None
