"""Bodies of the HTTP APIs: requests and responses of pages, dashboards and tools."""

from typing import Annotated

from pydantic import Field, NonNegativeInt

from contracts.enums import Choice
from contracts.ids import PollId, Receipt
from contracts.model import Contract, Instant
from contracts.poll_snapshot import LiveState
from contracts.position_effect import PositionEffect
from contracts.proof_of_work import Proof
from contracts.visibility import Scope

CodeAsTyped = Annotated[str, Field(min_length=1, max_length=64)]


class AccessCode(Contract):
    """A code for a poll of policy `code`, as the voter typed it."""

    poll_id: PollId
    code: CodeAsTyped


class RequestVoterToken(Contract):
    """`POST /voter-token`. A genuine code exempts its voter from the rate limit of the network."""

    access_code: AccessCode | None = None


class VoterTokenIssued(Contract):
    """`POST /voter-token`: the voter token itself is in the cookie, which scripts cannot read."""

    expires_at: Instant


class CastVote(Contract):
    """`POST /vote`. A poll of policy `code` requires `code`, as the voter typed it; other polls reject one.

    A poll with proof of work requires `proof`; other polls ignore it. `shown_first` is the option that the
    page showed first; a poll that does not shuffle its options ignores it.
    """

    poll_id: PollId
    choice: Choice
    shown_first: Choice | None = None
    code: CodeAsTyped | None = None
    proof: Proof | None = None


class VoteRecorded(Contract):
    """A recorded vote: 201 the first time, 200 when the same vote is sent again."""

    poll_id: PollId
    choice: Choice
    receipt: Receipt
    recorded_at: Instant
    results_pass: str


class Counts(Contract):
    """Votes per option."""

    a: NonNegativeInt
    b: NonNegativeInt


class Results(LiveState):
    """`GET /results/{poll_id}` and its sibling routes."""

    counts: Counts
    total: NonNegativeInt
    updated_at: Instant
    position_effect: PositionEffect | None = None


class Turnout(LiveState):
    """`GET /results/{poll_id}/turnout`: the number of votes, without the counts per option.

    It is visible wherever the counts are, and before that in a poll with `show_turnout`.
    """

    total: NonNegativeInt
    updated_at: Instant


class LiveResults(Contract):
    """`POST /live/results/{poll_id}`: results for a voter with a results pass."""

    results_pass: Annotated[str, Field(max_length=400)]


class RequestTicket(Contract):
    """`POST /live/ticket`: with a results pass the socket has the scope of a voter."""

    results_pass: Annotated[str, Field(max_length=400)] | None = None


class TicketIssued(Contract):
    """A ticket opens one WebSocket, once, before `expires_at`."""

    ticket: str
    scope: Scope
    expires_at: Instant
