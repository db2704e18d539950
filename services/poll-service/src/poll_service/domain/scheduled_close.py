"""Scheduled close: the message from the scheduler to `finish_poll`."""

from contracts.ids import PollId
from contracts.model import Contract, Instant


class ScheduledClose(Contract):
    """A poll was to close at `due_at`. The poll's own `closes_at` decides, not this message."""

    poll_id: PollId
    due_at: Instant
