"""What services tell each other through their tables' streams.

An event is flat and holds scalars only, so that a stream filter can look into it and a frozen schema can
describe it. A change that an old reader would misread gets a new `version`, never a new meaning.
"""

from typing import Annotated, Literal

from pydantic import Field, PositiveInt, TypeAdapter

from contracts.ids import Choice, PollId, PollStatus, ResultVisibility, VoterPolicy
from contracts.model import Contract, Instant
from contracts.tally import TallyEvent


class _PollHeader(Contract):
    """What copies of a poll go by; a copy applies only a `revision` greater than its own."""

    version: Literal[1] = 1
    poll_id: PollId
    status: PollStatus
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    policy: VoterPolicy
    result_visibility: ResultVisibility
    revision: PositiveInt
    occurred_at: Instant


class _PollState(_PollHeader):
    """The public state of a poll after a change."""

    question: str
    option_a: str
    option_b: str


class PollCreated(_PollState):
    """A draft exists."""

    type: Literal["poll_created"] = "poll_created"


class PollOpened(_PollState):
    """Votes are taken from `opens_at` on, which may be days ahead. Told again when that moves."""

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


class _PollStateV2(_PollState):
    """The state of a poll that may ask for a proof of work with each vote: version 2 of all its events.

    Written for polls that do ask, so a reader of version 1 meets it only where it would let bots pass. It is
    a version 1 with more to it, so that whoever reads both need not ask which.
    """

    version: Literal[2] = 2  # type: ignore[assignment]
    proof_of_work: bool


class PollCreatedV2(_PollStateV2, PollCreated):
    """A draft exists."""


class PollOpenedV2(_PollStateV2, PollOpened):
    """Votes are taken from `opens_at` on."""


class PollClosingV2(_PollStateV2, PollClosing):
    """`closes_at` is set or moved; votes are taken until then."""


class PollClosedV2(_PollStateV2, PollClosed):
    """`closes_at` has passed: no vote is taken any more."""


class PollArchivedV2(_PollStateV2, PollArchived):
    """A closed poll was archived: see `PollArchived`."""


class _PollStateV3(_PollStateV2):
    """The state of a poll that may show its turnout while results are hidden: version 3 of all its events.

    Written for polls that do show it, so a reader of an older version meets it only where it matters.
    """

    version: Literal[3] = 3  # type: ignore[assignment]
    show_turnout: bool


class PollCreatedV3(_PollStateV3, PollCreatedV2):
    """A draft exists."""


class PollOpenedV3(_PollStateV3, PollOpenedV2):
    """Votes are taken from `opens_at` on."""


class PollClosingV3(_PollStateV3, PollClosingV2):
    """`closes_at` is set or moved; votes are taken until then."""


class PollClosedV3(_PollStateV3, PollClosedV2):
    """`closes_at` has passed: no vote is taken any more."""


class PollArchivedV3(_PollStateV3, PollArchivedV2):
    """A closed poll was archived: see `PollArchived`."""


class PollChanged(_PollState):
    """A poll says or allows something else, or a scheduled one is a draft again.

    It names every setting, so that a copy loses what no longer holds.
    """

    type: Literal["poll_changed"] = "poll_changed"
    proof_of_work: bool
    show_turnout: bool


class PollDeleted(_PollHeader):
    """A poll is gone: whoever holds its texts, or a salt of its voters, is to destroy them, for good.

    Its `status` is `draft` again: to everybody it is as if it had never been. Nobody is told its texts.
    """

    type: Literal["poll_deleted"] = "poll_deleted"


class VoteCast(Contract):
    """One vote, written once to VotesLog. It names no voter."""

    type: Literal["vote_cast"] = "vote_cast"
    version: Literal[1] = 1
    poll_id: PollId
    choice: Choice
    recorded_at: Instant


_VERSION = Field(discriminator="version")

type PollEvent = Annotated[
    Annotated[PollCreated | PollCreatedV2 | PollCreatedV3, _VERSION]
    | Annotated[PollOpened | PollOpenedV2 | PollOpenedV3, _VERSION]
    | Annotated[PollClosing | PollClosingV2 | PollClosingV3, _VERSION]
    | Annotated[PollClosed | PollClosedV2 | PollClosedV3, _VERSION]
    | Annotated[PollArchived | PollArchivedV2 | PollArchivedV3, _VERSION]
    | PollChanged
    | PollDeleted,
    Field(discriminator="type"),
]
type Event = PollEvent | VoteCast | TallyEvent

POLL_EVENTS: TypeAdapter[PollEvent] = TypeAdapter(PollEvent)
VOTE_EVENTS: TypeAdapter[VoteCast] = TypeAdapter(VoteCast)
