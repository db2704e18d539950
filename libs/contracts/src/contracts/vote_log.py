"""Pages of a poll's vote log: vote-service returns them for a recount or an export.

Nothing here identifies a voter: no key, no receipt, no trace id, no order of writing; a cursor is no voter's
position.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, TypeAdapter

from contracts.events import AnonymousVote
from contracts.ids import PollId
from contracts.model import Contract, Instant


class ReadVoteLog(Contract):
    """Requests one page of one bucket; without a cursor the first. Buckets count from 0."""

    poll_id: PollId
    bucket: NonNegativeInt = 0
    cursor: Annotated[str, Field(min_length=1, max_length=1024)] | None = None


class VoteLogPage(Contract):
    """A page of votes, by time. Following `cursor` until it is `null` reads each vote of the bucket once.

    `invalid` counts the records in the log that are no vote by contract. `sealed`: voting is over and no vote
    under way can still arrive, so a read that began now covers the final log. `closes_at` is when voting ends
    by vote-service's own copy of the poll, `buckets` the number of buckets to read.
    """

    type: Literal["vote_log_page"] = "vote_log_page"
    version: Literal[1] = 1
    poll_id: PollId
    bucket: NonNegativeInt
    buckets: PositiveInt
    events: tuple[AnonymousVote, ...]
    invalid: NonNegativeInt
    cursor: str | None
    sealed: bool
    closes_at: Instant | None


class VoteLogRefusal(StrEnum):
    """Why the response is no page."""

    UNKNOWN_POLL = "unknown_poll"
    NO_SUCH_BUCKET = "no_such_bucket"
    NOT_SEALED = "not_sealed"
    MALFORMED = "malformed"


class VoteLogRefused(Contract):
    """The response if there is no page; repeating the request does not help."""

    type: Literal["vote_log_refused"] = "vote_log_refused"
    version: Literal[1] = 1
    reason: VoteLogRefusal
    detail: str


type VoteLogAnswer = Annotated[VoteLogPage | VoteLogRefused, Field(discriminator="type")]

VOTE_LOG_ANSWERS: TypeAdapter[VoteLogAnswer] = TypeAdapter(VoteLogAnswer)
