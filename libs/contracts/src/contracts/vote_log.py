"""Reading a poll's log of votes again: what vote-service hands out for a recount or an export.

Nothing here names a voter: no key, no receipt, no order of writing, and a cursor that is no voter's place.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, TypeAdapter

from contracts.events import VoteCast
from contracts.ids import PollId
from contracts.model import Contract, Instant


class ReadVoteLog(Contract):
    """Asks for one page of one bucket; without a cursor for the first. Buckets count from 0."""

    poll_id: PollId
    bucket: NonNegativeInt = 0
    cursor: Annotated[str, Field(min_length=1, max_length=1024)] | None = None


class VoteLogPage(Contract):
    """A page of votes, by time. Following `cursor` until it is `null` reads each vote of the bucket once.

    `invalid` counts what stands in the log and is no vote by contract. `sealed`: voting is over and no vote
    under way can still arrive, so a read that began now is of the whole log for good. `closes_at` is when
    vote-service's own copy of the poll says that voting ends, `buckets` how many there are to read.
    """

    type: Literal["vote_log_page"] = "vote_log_page"
    version: Literal[1] = 1
    poll_id: PollId
    bucket: NonNegativeInt
    buckets: PositiveInt
    events: tuple[VoteCast, ...]
    invalid: NonNegativeInt
    cursor: str | None
    sealed: bool
    closes_at: Instant | None


class VoteLogRefusal(StrEnum):
    """Why there is no page."""

    UNKNOWN_POLL = "unknown_poll"
    NO_SUCH_BUCKET = "no_such_bucket"
    MALFORMED = "malformed"


class VoteLogRefused(Contract):
    """The answer where there is no page to give; asking the same again will not help."""

    type: Literal["vote_log_refused"] = "vote_log_refused"
    version: Literal[1] = 1
    reason: VoteLogRefusal
    detail: str


type VoteLogAnswer = Annotated[VoteLogPage | VoteLogRefused, Field(discriminator="type")]

VOTE_LOG_ANSWERS: TypeAdapter[VoteLogAnswer] = TypeAdapter(VoteLogAnswer)
