"""This service's copy of a poll, and its status at a moment."""

from datetime import datetime

from contracts.enums import PollStatus
from contracts.poll_snapshot import PollSnapshot


class Poll(PollSnapshot):
    """The copy of a poll, which decides about access to its counts. The highest revision is the newest."""

    revision: int

    def status_at(self, now: datetime) -> PollStatus:
        """Return the status at a moment: an open poll past `closes_at` is closed, even before its event."""
        over = self.closes_at is not None and self.closes_at <= now
        return PollStatus.CLOSED if over and self.status is PollStatus.OPEN else self.status
