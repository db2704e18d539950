"""Frames on the WebSocket."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, NonNegativeInt, PositiveInt, Tag, TypeAdapter

from contracts.api import Counts
from contracts.ids import PollId, PollStatus, ResultVisibility
from contracts.model import Contract, Instant
from contracts.problem import FieldError


class _PollFrame(Contract):
    """Frames of a poll are ordered by `version`: a smaller one than seen before is late and to be ignored."""

    poll_id: PollId
    status: PollStatus
    version: PositiveInt
    opens_at: Instant | None = None
    closes_at: Instant | None = None


class ResultsFrame(_PollFrame):
    """A whole snapshot of the counts."""

    type: Literal["results"] = "results"
    counts: Counts
    total: NonNegativeInt
    updated_at: Instant


class ResultsHiddenFrame(_PollFrame):
    """Stands in for `results` where the poll's visibility forbids counts to this reader."""

    type: Literal["results_hidden"] = "results_hidden"
    result_visibility: ResultVisibility
    updated_at: Instant


class ResultsHiddenFrameV2(ResultsHiddenFrame):
    """The same of a poll that shows its turnout meanwhile: all votes together, never those of one option."""

    total: NonNegativeInt


class PollOpenedFrame(_PollFrame):
    """A poll became the active one: fetch it."""

    type: Literal["poll_opened"] = "poll_opened"


class PollClosedFrame(_PollFrame):
    """No vote is taken any more."""

    type: Literal["poll_closed"] = "poll_closed"


class PongFrame(Contract):
    """The answer to a ping."""

    type: Literal["pong"] = "pong"
    server_time: Instant


class ViewersFrame(Contract):
    """How many pages watch, organisers' aside: told with results when it has changed, and after a pong."""

    type: Literal["viewers"] = "viewers"
    viewers: NonNegativeInt


class ErrorFrame(Contract):
    """A message was not understood; nothing was done."""

    type: Literal["error"] = "error"
    title: str
    detail: str | None = None
    errors: tuple[FieldError, ...] | None = None


class Ping(Contract):
    """The one message a client sends: keeps the socket alive and asks for what was missed.

    The answer is a `pong`, then the poll's newest frame if it is newer than `version`; without `poll_id` the
    current poll's, without `version` always. Then `viewers`, if that was counted within the last minutes.
    """

    action: Literal["ping"]
    poll_id: PollId | None = None
    version: NonNegativeInt | None = None


def _kind(frame: object) -> str | None:
    """Return a frame's type, and of those with hidden results which version."""
    known = frame if isinstance(frame, Mapping) else getattr(frame, "__dict__", {})
    kind: str | None = known.get("type")
    return f"{kind}.v2" if kind == "results_hidden" and "total" in known else kind


type Frame = Annotated[
    Annotated[ResultsFrame, Tag("results")]
    | Annotated[ResultsHiddenFrame, Tag("results_hidden")]
    | Annotated[ResultsHiddenFrameV2, Tag("results_hidden.v2")]
    | Annotated[PollOpenedFrame, Tag("poll_opened")]
    | Annotated[PollClosedFrame, Tag("poll_closed")]
    | Annotated[PongFrame, Tag("pong")]
    | Annotated[ViewersFrame, Tag("viewers")]
    | Annotated[ErrorFrame, Tag("error")],
    Discriminator(_kind),
]

FRAMES: TypeAdapter[Frame] = TypeAdapter(Frame)
