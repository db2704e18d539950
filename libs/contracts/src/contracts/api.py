"""Bodies of the HTTP APIs: requests and responses of pages, dashboards and tools."""

from typing import Annotated

from pydantic import Field, NonNegativeInt, PositiveInt

from contracts.ids import Choice, PollId, PollStatus, Receipt, ResultVisibility, VoterPolicy
from contracts.model import Contract, Instant
from contracts.proof import Proof
from contracts.text import Label
from contracts.visibility import Scope


class Option(Contract):
    """One of the two options."""

    label: Label


class Options(Contract):
    """Both options."""

    a: Option
    b: Option


class Poll(Contract):
    """A poll for the public, before options had images.

    `status` follows the clock: an open poll past `closes_at` is `closed`.
    """

    poll_id: PollId
    question: str
    options: Options
    status: PollStatus
    opens_at: Instant | None
    closes_at: Instant | None
    policy: VoterPolicy
    result_visibility: ResultVisibility
    revision: PositiveInt


class PollV2(Poll):
    """A poll for organisers, before polls could be scheduled; with the time at which it was archived."""

    archived_at: Instant | None


class ActivePoll(Contract):
    """The active poll, before options had images."""

    poll: Poll | None
    server_time: Instant


class PollSummary(Poll):
    """A poll in the organiser's list, before polls could be archived."""

    created_at: Instant


class PollList(Contract):
    """The organiser's list, before polls could be archived."""

    polls: tuple[PollSummary, ...]
    next_cursor: str | None


class PollSummaryV2(PollV2):
    """A poll in the organiser's list, before polls could be scheduled."""

    created_at: Instant


class PollListV2(Contract):
    """The organiser's list, before polls could be scheduled."""

    polls: tuple[PollSummaryV2, ...]
    next_cursor: str | None


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

    A poll with proof of work requires `proof`; other polls ignore it.
    """

    poll_id: PollId
    choice: Choice
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


class Results(Contract):
    """`GET /results/{poll_id}` and its sibling routes. The snapshot with the greater `version` is newer."""

    poll_id: PollId
    status: PollStatus
    counts: Counts
    total: NonNegativeInt
    version: PositiveInt
    updated_at: Instant
    opens_at: Instant | None = None
    closes_at: Instant | None = None


class Turnout(Contract):
    """`GET /results/{poll_id}/turnout`: the number of votes, without the counts per option.

    It is visible wherever the counts are, and before that in a poll with `show_turnout`.
    """

    poll_id: PollId
    status: PollStatus
    total: NonNegativeInt
    version: PositiveInt
    updated_at: Instant
    opens_at: Instant | None = None
    closes_at: Instant | None = None


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
