"""Events that services publish through the streams of their tables.

An event is flat and holds scalars only, so that a stream filter can match it and a frozen schema can describe
it. A change that an old reader would misread gets a new `version`, never a new meaning.
"""

from typing import Annotated, Literal

from pydantic import Field, PositiveInt, TypeAdapter

from contracts.ids import Choice, PollId, PollStatus, ResultVisibility, VoterPolicy
from contracts.model import Contract, Instant
from contracts.tally import TallyEvent


class _PollHeader(Contract):
    """Fields of every poll event. A copy applies only an event with a greater `revision` than its own."""

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
    """A draft was created."""

    type: Literal["poll_created"] = "poll_created"


class PollOpened(_PollState):
    """Votes are accepted from `opens_at` on, which may be days ahead.

    Published again when a scheduled poll is opened at another time.
    """

    type: Literal["poll_opened"] = "poll_opened"


class PollClosing(_PollState):
    """An organiser closes the poll: votes are accepted until `closes_at`."""

    type: Literal["poll_closing"] = "poll_closing"


class PollClosed(_PollState):
    """`closes_at` has passed: votes are no longer accepted."""

    type: Literal["poll_closed"] = "poll_closed"


class PollArchived(_PollState):
    """A closed poll was archived: consumers destroy for good the data that ties its votes to voters.

    Its `status` stays `closed`: nothing changes for readers of polls or results. Published again when the
    organiser archives the poll again, so that a copy that missed the event catches up.
    """

    type: Literal["poll_archived"] = "poll_archived"


class _PollStateV2(_PollState):
    """Version 2 of the poll events: the state of a poll that may require a proof of work with each vote.

    Written only for polls that require one, so a reader of version 1 fails only where it would let bots pass.
    It extends version 1, so that a reader of both need not distinguish them.
    """

    version: Literal[2] = 2  # type: ignore[assignment]
    proof_of_work: bool


class PollCreatedV2(_PollStateV2, PollCreated):
    """A draft was created."""


class PollOpenedV2(_PollStateV2, PollOpened):
    """Votes are accepted from `opens_at` on: see `PollOpened`."""


class PollClosingV2(_PollStateV2, PollClosing):
    """An organiser closes the poll: votes are accepted until `closes_at`."""


class PollClosedV2(_PollStateV2, PollClosed):
    """`closes_at` has passed: votes are no longer accepted."""


class PollArchivedV2(_PollStateV2, PollArchived):
    """A closed poll was archived: see `PollArchived`."""


class _PollStateV3(_PollStateV2):
    """Version 3 of the poll events: the state of a poll that may show its turnout while results are hidden.

    Written only for polls that show it, so a reader of an older version meets it only where it matters.
    """

    version: Literal[3] = 3  # type: ignore[assignment]
    show_turnout: bool


class PollCreatedV3(_PollStateV3, PollCreatedV2):
    """A draft was created."""


class PollOpenedV3(_PollStateV3, PollOpenedV2):
    """Votes are accepted from `opens_at` on: see `PollOpened`."""


class PollClosingV3(_PollStateV3, PollClosingV2):
    """An organiser closes the poll: votes are accepted until `closes_at`."""


class PollClosedV3(_PollStateV3, PollClosedV2):
    """`closes_at` has passed: votes are no longer accepted."""


class PollArchivedV3(_PollStateV3, PollArchivedV2):
    """A closed poll was archived: see `PollArchived`."""


class PollChanged(_PollState):
    """Texts, settings or times of a poll were changed, or a scheduled poll is a draft again.

    It contains every setting, so that a copy drops the old ones.
    """

    type: Literal["poll_changed"] = "poll_changed"
    proof_of_work: bool
    show_turnout: bool


class PollDeleted(_PollHeader):
    """A poll was deleted: consumers destroy for good its texts and the salt of its voters.

    Its `status` is `draft` again, as if the poll had never been published. The event contains no texts.
    """

    type: Literal["poll_deleted"] = "poll_deleted"


class VoteCast(Contract):
    """One vote, written once to VotesLog. It identifies no voter."""

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
