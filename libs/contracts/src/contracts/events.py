"""Events that services publish through the streams of their tables.

An event is flat and holds scalars only, so that a stream filter can match it and a frozen schema can describe
it. A poll's event is a complete snapshot of the poll. A change gets a new `version`, never a new meaning.
"""

from typing import Annotated, Literal

from pydantic import Field, PositiveInt, TypeAdapter

from contracts.enums import Choice, VoterPolicy
from contracts.ids import PollId, TraceId
from contracts.model import Contract, Instant
from contracts.poll_snapshot import PollSettings, SnapshotEvent
from contracts.tally import TallyChanged


class _PollHeader(SnapshotEvent, PollSettings):
    """Fields of every poll event. A copy applies only an event with a greater `revision` than its own."""

    policy: VoterPolicy
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


class PollChanged(_PollState):
    """Texts, settings or times of a poll were changed, or a scheduled poll is a draft again."""

    type: Literal["poll_changed"] = "poll_changed"


class PollDeleted(_PollHeader):
    """A poll was deleted: consumers destroy for good its texts and the salt of its voters.

    Its `status` is `draft` again, as if the poll had never been published. The event contains no texts.
    """

    type: Literal["poll_deleted"] = "poll_deleted"


class AnonymousVote(Contract):
    """One vote as recounts and exports read it.

    `shown_first` is the option that the voter's page showed first, in a poll that shuffles its options.
    """

    type: Literal["vote_cast"] = "vote_cast"
    version: Literal[1] = 1
    poll_id: PollId
    choice: Choice
    recorded_at: Instant
    shown_first: Annotated[Choice | None, Field(exclude_if=lambda first: first is None)] = None


class VoteCast(AnonymousVote):
    """One vote, written once to VotesLog. It identifies no voter.

    `trace_id` is that of the request that cast it. Pages of the vote log do not contain it.
    """

    trace_id: TraceId | None = None


type PollEvent = Annotated[
    PollCreated | PollOpened | PollClosing | PollClosed | PollArchived | PollChanged | PollDeleted,
    Field(discriminator="type"),
]
type Event = PollEvent | VoteCast | TallyChanged

POLL_EVENTS: TypeAdapter[PollEvent] = TypeAdapter(PollEvent)
VOTE_EVENTS: TypeAdapter[VoteCast] = TypeAdapter(VoteCast)
