"""What a recount says: the log against the counters, and whether that is certified."""

from enum import StrEnum

from pydantic import Field, NonNegativeInt

from contracts.ids import PollId
from contracts.model import Contract, Instant


class RecountState(StrEnum):
    """`provisional`: votes, or their counting, may still be under way. The other two are final."""

    PROVISIONAL = "provisional"
    CERTIFIED = "certified"
    DIFFERENT = "different"


class VoteCounts(Contract):
    """Votes per option, and records that are no vote by contract."""

    a: int
    b: int
    invalid: int


class Certificate(Contract):
    """The outcome of one recount.

    `log` is what the log of votes holds, `counters` the sum of the counters, `shown` what readers were told
    last. `difference` is by how many votes the worse of the two departs from the log. `certified` only when
    the log was sealed before it was read and all three are equal.
    """

    poll_id: PollId
    recount_id: str
    state: RecountState
    certified: bool
    reason: str
    log: VoteCounts
    counters: VoteCounts
    shown: VoteCounts
    difference: NonNegativeInt
    closes_at: Instant | None
    started_at: Instant
    finished_at: Instant


class RecountProgress(Contract):
    """A recount under way. It reads the log bucket by bucket; `buckets` is 0 until it has begun."""

    recount_id: str
    started_at: Instant
    votes_read: NonNegativeInt
    buckets_done: NonNegativeInt
    buckets: NonNegativeInt


class Recount(Contract):
    """`POST /admin/api/results/{poll_id}/recount` and `GET …/certificate`.

    The recount under way, if there is one, and the newest certificate. Recount ids sort by time.
    """

    poll_id: PollId
    running: RecountProgress | None
    certificate: Certificate | None


class RedrivePoll(Contract):
    """Asks results-service to judge a poll's invalid records again, after a fix."""

    poll_id: PollId


class RedrivePollV2(RedrivePoll):
    """… and says who asks: an operator, in their own words, such as the ARN they have of AWS."""

    asked_by: str | None = Field(default=None, max_length=200)


class PollRedriven(Contract):
    """How many now count, how many are still no vote, and how many wait for their batch to be counted."""

    poll_id: PollId
    redriven: NonNegativeInt
    still_invalid: NonNegativeInt
    not_counted_yet: NonNegativeInt


class RebuildPoll(Contract):
    """Asks results-service to rebuild a poll's counters from the log; votes may go on meanwhile."""

    poll_id: PollId


class RebuildPollV2(RebuildPoll):
    """… and says who asks: an operator, in their own words, such as the ARN they have of AWS."""

    asked_by: str | None = Field(default=None, max_length=200)


class RebuildBegun(Contract):
    """A rebuild is under way, begun now or before.

    Its counters hold what is recorded from `cut` on; what was before is read from the log at `read_from` at
    the earliest. Then readers see them, and the recount `recount_id` says whether they are right.
    """

    poll_id: PollId
    epoch: str
    cut: Instant
    read_from: Instant
    recount_id: str
