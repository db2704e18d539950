"""What an organiser is told of abuse in a poll: numbers, none of which is anybody's."""

from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveInt

from contracts.ids import PollId, VoterPolicy
from contracts.model import Contract, Instant


class RefusedVotes(Contract):
    """Votes that were sent and not taken: of voters who had voted otherwise, and with codes that are none."""

    already_voted: NonNegativeInt
    invalid_code: NonNegativeInt


class BusiestSecond(Contract):
    """The second in which most votes were recorded, the first of several."""

    starts_at: Instant
    votes: PositiveInt


class Networks(Contract):
    """Where counted votes came from. `networks` is an estimate; none brought more than `largest_percent`."""

    votes: NonNegativeInt
    networks: PositiveInt
    largest_percent: Annotated[int, Field(ge=0, le=100)]


class NewVoters(Contract):
    """Voter tokens given to new voters, of *all* polls, while this one was open: a voter token is of no poll.

    `refused` were asked for by networks that had had their number.
    """

    since: Instant
    until: Instant
    issued: NonNegativeInt
    refused: NonNegativeInt


class CodesUsed(Contract):
    """Codes that were made, and those that a vote was cast with; null where not all votes were looked at."""

    minted: NonNegativeInt
    used: NonNegativeInt | None


class AbuseReport(Contract):
    """`GET /admin/api/polls/{poll_id}/abuse`: signs of abuse in a poll.

    `votes` were looked at, all of them unless `all_votes` is false. Counts of refusals, networks and voter
    tokens are exact while small and samples of the rest. `networks` is null where few votes were counted:
    there it would point at people.
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
