"""This service's own copy of a poll, and what the clock says of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from contracts.ids import PollId, PollStatus, VoterPolicy

from vote_service.domain.errors import PollClosed

SETTLING: Final = timedelta(seconds=40)
"""How long after the end a last vote may still be written: the workflow's 10 seconds, and 30 for clocks."""


@dataclass(frozen=True, slots=True)
class VotingKeys:
    """What a poll's voters are filed by: chosen when the poll is first seen, never changed.

    `salt` is 32 random bytes that exist nowhere else and make its voters unlinkable to those of other polls;
    it is destroyed when the poll is archived. `key_id` names the secret key in use then, `buckets` says over
    how many partitions its votes are spread.
    """

    salt: bytes | None
    key_id: str
    buckets: int

    def salt_of_voters(self) -> bytes:
        """Return the salt. Raises `PollClosed` once it is destroyed: then nobody can be told from anybody."""
        if self.salt is None:
            raise PollClosed("This poll is archived")
        return self.salt


@dataclass(frozen=True, slots=True, repr=False)
class PollCopy:
    """What voting needs to know of a poll."""

    poll_id: PollId
    status: PollStatus
    opens_at: datetime | None
    closes_at: datetime | None
    policy: VoterPolicy
    revision: int
    keys: VotingKeys
    proof_of_work: bool = False

    def is_draft(self) -> bool:
        """A draft is nobody's business yet: it is answered like a poll that does not exist."""
        return self.status is PollStatus.DRAFT

    def is_deleted(self) -> bool:
        """Of a deleted poll the copy keeps its name alone: a draft, without a salt."""
        return self.is_draft() and self.keys.salt is None

    def is_closed(self, now: datetime) -> bool:
        """The clock decides: the event that closes a poll comes later than its time of closing."""
        return self.status is PollStatus.CLOSED or (self.closes_at is not None and self.closes_at <= now)

    def is_sealed(self, now: datetime) -> bool:
        """Its time of closing is so long past that no vote taken before it can still be on its way."""
        return self.closes_at is not None and self.closes_at + SETTLING <= now

    def opens_later(self, now: datetime) -> bool:
        """It has been opened with a countdown that still runs."""
        return self.opens_at is not None and now < self.opens_at
