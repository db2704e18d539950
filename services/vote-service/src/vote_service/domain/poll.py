"""This service's copy of a poll, and its state at a given time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from contracts.enums import PollStatus, VoterPolicy
from contracts.ids import PollId

from vote_service.domain.errors import PollClosed

SETTLING: Final = timedelta(seconds=40)
"""Time after the close in which a last vote may still be written: 10 s for the workflow, 30 s for clocks."""


@dataclass(frozen=True, slots=True)
class VotingKeys:
    """Parameters of a poll's voter keys, fixed when its first event arrives.

    `salt` is 32 random bytes that are stored nowhere else and make voters unlinkable between polls; it is
    destroyed when the poll is archived. `key_id` is the secret key that was current, `buckets` the number of
    partitions of its votes.
    """

    salt: bytes | None
    key_id: str
    buckets: int

    def salt_of_voters(self) -> bytes:
        """Return the salt. Raises `PollClosed` once it is destroyed and voters cannot be recognised."""
        if self.salt is None:
            raise PollClosed("This poll is archived")
        return self.salt


@dataclass(frozen=True, slots=True, repr=False)
class PollCopy:
    """The parts of a poll that voting needs."""

    poll_id: PollId
    status: PollStatus
    opens_at: datetime | None
    closes_at: datetime | None
    policy: VoterPolicy
    revision: int
    keys: VotingKeys
    proof_of_work: bool = False
    shuffle_options: bool = False
    replicated: bool = True
    """Whether all replicas of this copy are as new as it is."""

    def is_draft(self) -> bool:
        """Return whether the poll is a draft; drafts get the response of an unknown poll."""
        return self.status is PollStatus.DRAFT

    def is_deleted(self) -> bool:
        """Return whether the poll was deleted: its copy is a draft without a salt."""
        return self.is_draft() and self.keys.salt is None

    def is_closed(self, now: datetime) -> bool:
        """Return whether the poll is closed. The clock decides: the event arrives after `closes_at`."""
        return self.status is PollStatus.CLOSED or (self.closes_at is not None and self.closes_at <= now)

    def is_sealed(self, now: datetime) -> bool:
        """Return whether the vote log is complete: no vote from before the close can still be in flight.

        It is not while a replica may have another end.
        """
        return self.replicated and self.closes_at is not None and self.closes_at + SETTLING <= now

    def opens_later(self, now: datetime) -> bool:
        """Return whether the poll opens in the future."""
        return self.opens_at is not None and now < self.opens_at
