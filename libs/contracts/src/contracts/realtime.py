"""Frames on the WebSocket."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, PositiveInt, TypeAdapter

from contracts.api import Counts
from contracts.enums import PollStatus, ResultVisibility
from contracts.ids import PollId
from contracts.model import Contract, Instant
from contracts.problem import FieldError


class _PollFrame(Contract):
    """Frames of a poll are ordered by `version`.

    A frame with a smaller version than one that was seen before is late and is to be ignored.
    """

    poll_id: PollId
    status: PollStatus
    version: PositiveInt
    opens_at: Instant | None = None
    closes_at: Instant | None = None


class ResultsFrame(_PollFrame):
    """A complete snapshot of the counts."""

    type: Literal["results"] = "results"
    counts: Counts
    total: NonNegativeInt
    updated_at: Instant


class ResultsHiddenFrame(_PollFrame):
    """Replaces `results` if the poll's visibility does not allow this subscriber to see counts.

    `total` is the number of all votes, in a poll that shows its turnout.
    """

    type: Literal["results_hidden"] = "results_hidden"
    result_visibility: ResultVisibility
    total: NonNegativeInt | None = None
    updated_at: Instant


class PollOpenedFrame(_PollFrame):
    """A poll became the active one: fetch it."""

    type: Literal["poll_opened"] = "poll_opened"


class PollClosedFrame(_PollFrame):
    """Votes are no longer accepted."""

    type: Literal["poll_closed"] = "poll_closed"


class PongFrame(Contract):
    """The answer to a ping."""

    type: Literal["pong"] = "pong"
    server_time: Instant


class ViewersFrame(Contract):
    """Audience size, organisers not included: sent with results when it has changed, and after a pong."""

    type: Literal["viewers"] = "viewers"
    viewers: NonNegativeInt


class ErrorFrame(Contract):
    """A message was invalid and had no effect."""

    type: Literal["error"] = "error"
    title: str
    detail: str | None = None
    errors: tuple[FieldError, ...] | None = None


class Ping(Contract):
    """The one message that a client sends: keeps the socket alive and requests missed frames.

    The response is a `pong`, then the poll's newest frame if it is newer than `version`; without `poll_id`
    that of the active poll, without `version` always. A `viewers` frame follows if the audience was counted
    within the last minutes.
    """

    action: Literal["ping"]
    poll_id: PollId | None = None
    version: NonNegativeInt | None = None


type Frame = Annotated[
    ResultsFrame
    | ResultsHiddenFrame
    | PollOpenedFrame
    | PollClosedFrame
    | PongFrame
    | ViewersFrame
    | ErrorFrame,
    Field(discriminator="type"),
]

FRAMES: TypeAdapter[Frame] = TypeAdapter(Frame)
