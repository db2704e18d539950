"""What the schedule tells `finish_poll`: the one message this service sends to itself."""

from contracts.ids import PollId
from contracts.model import Contract, Instant


class ScheduledClose(Contract):
    """At `due_at` this poll was meant to close. The poll's own `closes_at` decides, not this message."""

    poll_id: PollId
    due_at: Instant
