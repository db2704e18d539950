"""Audit log: one entry for each action of an organiser, written once, by the service that performs it.

No entry contains anything about a voter, a code or a result.
"""

from enum import StrEnum

from pydantic import PositiveInt

from contracts.ids import PollId
from contracts.model import Contract, Instant


class AuditAction(StrEnum):
    """An action of an organiser; of a long-running action, the request for it."""

    POLL_CREATED = "poll.created"
    POLL_OPENED = "poll.opened"
    POLL_CHANGED = "poll.changed"
    POLL_CLOSED = "poll.closed"
    POLL_ARCHIVED = "poll.archived"
    POLL_DELETED = "poll.deleted"
    IMAGE_STORED = "image.stored"
    CODES_MINTED = "codes.minted"
    RECOUNT_REQUESTED = "recount.requested"
    RESULTS_EXPORTED = "results.exported"
    MEMBER_INVITED = "member.invited"
    MEMBER_ROLE_CHANGED = "member.role_changed"
    MEMBER_REMOVED = "member.removed"
    PRESENTER_SIGNED_IN = "presenter.signed_in"


class OperatorAction(StrEnum):
    """An action of an operator: a direct invocation of a function with AWS permissions."""

    COUNTERS_REBUILT = "counters.rebuilt"
    RECORDS_REDRIVEN = "records.redriven"


class AuditEvent(Contract):
    """One action of one organiser or operator. The name of an operator is the one that they gave.

    `revision` is the poll's revision after the action. `about` holds details: the names of the changed
    fields, the number of codes, or the member that got a role. If an action cannot be written in the same
    transaction as its entry, the entry is written first: it may record an action that then failed, but no
    action happens without an entry.
    """

    at: Instant
    subject: str
    name: str
    action: AuditAction | OperatorAction
    poll_id: PollId | None = None
    revision: PositiveInt | None = None
    about: str | None = None


class AuditLogPage(Contract):
    """`GET /admin/api/audit`: newest first."""

    entries: tuple[AuditEvent, ...]
    next_cursor: str | None
