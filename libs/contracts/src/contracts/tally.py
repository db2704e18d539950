"""Tally events: the totals of a poll, published through the stream of GameResults (see `events`)."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, TypeAdapter

from contracts.ids import PollId, PollStatus, ResultVisibility
from contracts.model import Contract, Instant


class TallyChanged(Contract):
    """A complete snapshot of a poll's totals. The greater `tally_version` is newer."""

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


class TallyChangedV2(TallyChanged):
    """`TallyChanged` of a poll that may show its turnout, all votes together, while results are hidden.

    Written only for polls that show it; in any other poll the turnout is as hidden as the counts.
    """

    version: Literal[2] = 2  # type: ignore[assignment]
    show_turnout: bool


type TallyEvent = Annotated[TallyChanged | TallyChangedV2, Field(discriminator="version")]

TALLY_EVENTS: TypeAdapter[TallyEvent] = TypeAdapter(TallyEvent)
