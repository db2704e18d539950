"""What services tell each other through their tables' streams.

An event is flat and holds scalars only, so that a stream filter can look into it and a frozen schema can
describe it. A change that an old reader would misread gets a new `version`, never a new meaning.
"""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, TypeAdapter

from contracts.ids import Choice, PollId, PollStatus, ResultVisibility, VoterPolicy
from contracts.model import Contract, Instant


class _PollState(Contract):
    """The public state of a poll after a change; a copy applies only a `revision` greater than its own."""

    version: Literal[1] = 1
    poll_id: PollId
    question: str
    option_a: str
    option_b: str
    status: PollStatus
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    policy: VoterPolicy
    result_visibility: ResultVisibility
    revision: PositiveInt
    occurred_at: Instant


class PollCreated(_PollState):
    """A draft exists."""

    type: Literal["poll_created"] = "poll_created"


class PollOpened(_PollState):
    """Votes are taken from `opens_at` on."""

    type: Literal["poll_opened"] = "poll_opened"


class PollClosing(_PollState):
    """`closes_at` is set or moved; votes are taken until then."""

    type: Literal["poll_closing"] = "poll_closing"


class PollClosed(_PollState):
    """`closes_at` has passed: no vote is taken any more."""

    type: Literal["poll_closed"] = "poll_closed"


class PollArchived(_PollState):
    """A closed poll was archived: whatever ties its votes to voters is to be destroyed, for good.

    Its `status` stays `closed`: whoever reads polls or results has nothing new to learn. Told again when the
    organiser asks again, so a copy that missed it catches up.
    """

    type: Literal["poll_archived"] = "poll_archived"


class VoteCast(Contract):
    """One vote, written once to VotesLog. It names no voter."""

    type: Literal["vote_cast"] = "vote_cast"
    version: Literal[1] = 1
    poll_id: PollId
    choice: Choice
    recorded_at: Instant


class TallyChanged(Contract):
    """A whole snapshot of a poll's totals. The greater `tally_version` is the newer one."""

    type: Literal["tally_changed"] = "tally_changed"
    version: Literal[1] = 1
    poll_id: PollId
    a: NonNegativeInt
    b: NonNegativeInt
    invalid: NonNegativeInt
    status: PollStatus
    result_visibility: ResultVisibility
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    tally_version: PositiveInt
    updated_at: Instant


type PollEvent = Annotated[
    PollCreated | PollOpened | PollClosing | PollClosed | PollArchived, Field(discriminator="type")
]
type Event = PollEvent | VoteCast | TallyChanged

POLL_EVENTS: TypeAdapter[PollEvent] = TypeAdapter(PollEvent)
VOTE_EVENTS: TypeAdapter[VoteCast] = TypeAdapter(VoteCast)
TALLY_EVENTS: TypeAdapter[TallyChanged] = TypeAdapter(TallyChanged)
