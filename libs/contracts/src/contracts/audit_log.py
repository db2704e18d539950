"""Audit log: one entry for each action of an organiser, written once, by the service that performs it.

No entry contains anything about a voter, a code or a result.
"""

from enum import StrEnum

from pydantic import Field, PositiveInt

from contracts.ids import PollId
from contracts.model import Contract, Instant


class AuditAction(StrEnum):
    """An action of an organiser; of a long-running action, the request for it."""

    POLL_CREATED = "poll_created"
    POLL_OPENED = "poll_opened"
    POLL_CHANGED = "poll_changed"
    POLL_CLOSED = "poll_closed"
    POLL_ARCHIVED = "poll_archived"
    POLL_DELETED = "poll_deleted"
    IMAGE_STORED = "image_stored"
    CODES_MINTED = "codes_minted"
    RECOUNT_ORDERED = "recount_ordered"
    RESULTS_EXPORTED = "results_exported"
    MEMBER_INVITED = "member_invited"
    ROLE_CHANGED = "role_changed"
    MEMBER_REMOVED = "member_removed"


class OperatorAction(StrEnum):
    """An action of an operator: a direct invocation of a function with AWS permissions."""

    COUNTERS_REBUILT = "counters_rebuilt"
    RECORDS_REDRIVEN = "records_redriven"


class AuditEvent(Contract):
    """One action of one organiser or operator. The name of an operator is the one that they gave.

    `revision` is the poll's revision after the action. `about` holds details, such as the number of codes or
    the member that got a role. If an action cannot be written in the same transaction as its entry, the entry
    is written first: it may record an action that then failed, but no action happens without an entry.
    """

    at: Instant
    subject: str
    name: str
    action: AuditAction | OperatorAction
    poll_id: PollId | None = None
    revision: PositiveInt | None = None
    about: str | None = Field(default=None, max_length=100)


class AuditLogPage(Contract):
    """`GET /admin/api/audit`: newest first."""

    entries: tuple[AuditEvent, ...]
    next_cursor: str | None
