"""What organisers did: one entry each, written once, by the service that did it.

No entry tells anything of a voter, a code or a result.
"""

from enum import StrEnum

from pydantic import Field, PositiveInt

from contracts.ids import PollId
from contracts.model import Contract, Instant


class AuditAction(StrEnum):
    """What was done, or ordered where it takes its time."""

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
    """What somebody did who has rights of AWS's own, by calling a function by its name."""

    COUNTERS_REBUILT = "counters_rebuilt"
    RECORDS_REDRIVEN = "records_redriven"


class _Entry(Contract):
    """One thing that one person did.

    `revision` is the poll's after it. `about` says what else there is to say, such as how many codes or whose
    role. What cannot be written together with the change is written before it: such an entry may stand for
    something that then failed, and nothing is done without one.
    """

    at: Instant
    subject: str
    name: str
    poll_id: PollId | None = None
    revision: PositiveInt | None = None
    about: str | None = Field(default=None, max_length=100)


class AuditEvent(_Entry):
    """One thing that one organiser did."""

    action: AuditAction


class AuditEventV2(_Entry):
    """One thing that one organiser or operator did. An operator's name is what they said it is."""

    action: AuditAction | OperatorAction


class AuditLogPage(Contract):
    """What `GET /admin/api/audit` answered before operators were in it."""

    entries: tuple[AuditEvent, ...]
    next_cursor: str | None


class AuditLogPageV2(Contract):
    """The answer of `GET /admin/api/audit`: newest first."""

    entries: tuple[AuditEventV2, ...]
    next_cursor: str | None
