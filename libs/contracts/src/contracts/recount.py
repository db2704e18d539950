"""Recounts: the vote log compared with the counters, and the certificate of the result."""

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
    """The result of one recount.

    `log` holds the counts of the vote log, `counters` the sum of the counters, `shown` the counts that were
    last published. `difference` is the larger distance of the two from the log, in votes. `certified` only if
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
    """A recount that is running. It reads the log bucket by bucket; `buckets` is 0 until it has begun."""

    recount_id: str
    started_at: Instant
    votes_read: NonNegativeInt
    buckets_done: NonNegativeInt
    buckets: NonNegativeInt


class Recount(Contract):
    """`POST /admin/api/results/{poll_id}/recount` and `GET …/certificate`.

    The running recount, if there is one, and the newest certificate. Recount ids sort by time.
    """

    poll_id: PollId
    running: RecountProgress | None
    certificate: Certificate | None


class RedrivePoll(Contract):
    """Requests that results-service processes a poll's invalid records again, after a fix.

    `asked_by` is the operator's name in their own words, such as their ARN in AWS.
    """

    poll_id: PollId
    asked_by: str | None = Field(default=None, max_length=200)


class PollRedriven(Contract):
    """The result of a redrive.

    `redriven` records now count, `still_invalid` are still no vote, and `not_counted_yet` wait until their
    batch is counted.
    """

    poll_id: PollId
    redriven: NonNegativeInt
    still_invalid: NonNegativeInt
    not_counted_yet: NonNegativeInt


class RebuildPoll(Contract):
    """Requests that results-service rebuilds a poll's counters from the vote log; voting may continue.

    `asked_by` is the operator's name in their own words, such as their ARN in AWS.
    """

    poll_id: PollId
    asked_by: str | None = Field(default=None, max_length=200)


class RebuildBegun(Contract):
    """A rebuild is running, begun now or before.

    Its counters count the votes recorded from `cut` on; earlier votes are read from the log at `read_from` at
    the earliest. Then readers see the new counters, and the recount `recount_id` verifies them.
    """

    poll_id: PollId
    epoch: str
    cut: Instant
    read_from: Instant
    recount_id: str
