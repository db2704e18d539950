"""Bodies of the HTTP APIs: what pages, dashboards and tools send and get."""

import unicodedata
from typing import Annotated, Final, Self

from pydantic import (
    AfterValidator,
    Field,
    NonNegativeInt,
    PositiveInt,
    StrictBool,
    StringConstraints,
    model_validator,
)

from contracts.ids import Choice, PollId, PollStatus, Receipt, ResultVisibility, VoterPolicy
from contracts.model import Contract, Instant
from contracts.proof import Proof
from contracts.visibility import Scope

_BIDI_CONTROLS: Final = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}


def _plain_text(text: str) -> str:
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co", "Zl", "Zp"} for character in text):
        raise ValueError("control characters and line breaks are not allowed")
    if any(unicodedata.bidirectional(character) in _BIDI_CONTROLS for character in text):
        raise ValueError("characters that turn the direction of writing are not allowed")
    if not any(unicodedata.category(character)[0] in "LNSP" for character in text):
        raise ValueError("needs at least one visible character")
    return text


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


Question = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_plain_text)
]
Label = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(_plain_text)
]


class Option(Contract):
    """One of the two options."""

    label: Label


class Options(Contract):
    """Both options."""

    a: Option
    b: Option


class CreatePoll(Contract):
    """`POST /admin/api/polls`. The poll starts as a draft; `closes_at` is when it will close once opened."""

    question: Question
    options: Options
    policy: VoterPolicy = VoterPolicy.DEVICE
    result_visibility: ResultVisibility = ResultVisibility.ALWAYS
    closes_at: Instant | None = None
    proof_of_work: StrictBool = False

    @model_validator(mode="after")
    def _options_differ(self) -> Self:
        if _folded(self.options.a.label) == _folded(self.options.b.label):
            raise ValueError("the two options must differ")
        return self


class OpenPoll(Contract):
    """`POST /admin/api/polls/{poll_id}/open`: may set or move the time of closing."""

    closes_at: Instant | None = None


class Poll(Contract):
    """A poll as readers see it. `status` is by the clock: an open poll past `closes_at` reads closed."""

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
    """A poll as organisers see it: also when it was archived; to voters it is closed, then as before."""

    archived_at: Instant | None


class ActivePoll(Contract):
    """`GET /polls/active`. `server_time` lets a page count down by our clock, not by its own."""

    poll: Poll | None
    server_time: Instant


class PollSummary(Poll):
    """A poll in the organiser's list before polls could be archived."""

    created_at: Instant


class PollList(Contract):
    """The organiser's list before polls could be archived."""

    polls: tuple[PollSummary, ...]
    next_cursor: str | None


class PollSummaryV2(PollV2):
    """A poll in the organiser's list."""

    created_at: Instant


class PollListV2(Contract):
    """`GET /admin/api/polls`: newest first; `next_cursor` asks for the next page, `null` at the end."""

    polls: tuple[PollSummaryV2, ...]
    next_cursor: str | None


class BallotIssued(Contract):
    """`POST /ballot`: the ballot itself is in the cookie, out of reach of scripts."""

    expires_at: Instant


class CastVote(Contract):
    """`POST /vote`. A poll of policy `code` asks for `code`, as the voter typed it; the others refuse one.

    A poll that asks for a proof of work asks for `proof`; the others do not look at one.
    """

    poll_id: PollId
    choice: Choice
    code: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    proof: Proof | None = None


class VoteRecorded(Contract):
    """The answer to a vote that stands in the log: 201 the first time, 200 for the same vote again."""

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
    """`GET /results/{poll_id}` and its siblings. The greater `version` is the newer snapshot."""

    poll_id: PollId
    status: PollStatus
    counts: Counts
    total: NonNegativeInt
    version: PositiveInt
    updated_at: Instant
    opens_at: Instant | None = None
    closes_at: Instant | None = None


class LiveResults(Contract):
    """`POST /live/results/{poll_id}`: results for somebody who has voted."""

    results_pass: Annotated[str, Field(max_length=400)]


class RequestTicket(Contract):
    """`POST /live/ticket`: with a results pass the socket may see what voters may see."""

    results_pass: Annotated[str, Field(max_length=400)] | None = None


class TicketIssued(Contract):
    """A ticket opens one WebSocket, once, soon."""

    ticket: str
    scope: Scope
    expires_at: Instant
