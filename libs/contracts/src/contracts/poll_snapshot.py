"""The snapshot of a poll that its events and its tally share."""

from contracts.enums import PollStatus, ResultVisibility
from contracts.ids import PollId
from contracts.model import Contract, Instant


class PollSnapshot(Contract):
    """The public state of a poll, with the settings that readers of its results need.

    A setting is an optional field with a default, independent of all others.
    """

    poll_id: PollId
    status: PollStatus
    result_visibility: ResultVisibility
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    show_turnout: bool = False
