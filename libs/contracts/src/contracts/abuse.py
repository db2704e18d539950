"""Abuse report of a poll: counts that identify no voter."""

from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveInt

from contracts.enums import VoterPolicy
from contracts.ids import PollId
from contracts.model import Contract, Instant


class RefusedVotes(Contract):
    """Rejected votes: from voters with a vote for the other option, and with invalid codes."""

    already_voted: NonNegativeInt
    invalid_code: NonNegativeInt


class BusiestSecond(Contract):
    """The second in which most votes were recorded; the first one if several are equal."""

    starts_at: Instant
    votes: PositiveInt


class Networks(Contract):
    """Networks that counted votes came from.

    `networks` is an estimate; no network brought more than `largest_percent` of the votes.
    """

    votes: NonNegativeInt
    networks: PositiveInt
    largest_percent: Annotated[int, Field(ge=0, le=100)]


class NewVoters(Contract):
    """Voter tokens issued to new voters while this poll was open, for *all* polls.

    A voter token belongs to no poll. `refused` counts requests that exceeded the rate limit of their network.
    """

    since: Instant
    until: Instant
    issued: NonNegativeInt
    refused: NonNegativeInt


class CodesUsed(Contract):
    """Codes that were minted, and codes that a vote was cast with.

    `used` is null if not all votes were read.
    """

    minted: NonNegativeInt
    used: NonNegativeInt | None


class AbuseReport(Contract):
    """`GET /admin/api/polls/{poll_id}/abuse`: abuse signals of a poll.

    `votes` is the number of votes that were read: all of them unless `all_votes` is false. The counts of
    rejected votes, networks and voter tokens are exact while small and sampled above that. `networks` is null
    if few votes were counted, because it could then identify people.
    """

    poll_id: PollId
    as_of: Instant
    policy: VoterPolicy
    proof_of_work: bool
    votes: NonNegativeInt
    all_votes: bool
    busiest_second: BusiestSecond | None
    refused: RefusedVotes
    networks: Networks | None
    new_voters: NewVoters | None
    codes: CodesUsed | None
