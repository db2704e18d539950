"""Messages on the WebSocket."""

from typing import Annotated, Literal

from pydantic import Field, NonNegativeInt, TypeAdapter

from contracts.api import Counts
from contracts.enums import ResultVisibility
from contracts.ids import PollId, TraceId
from contracts.model import Contract, Instant
from contracts.poll_snapshot import LiveState
from contracts.problem import FieldError


class _PollMessage(LiveState):
    """Messages of a poll are ordered by `version`.

    A message with a smaller version than one that was seen before is late and is to be ignored.
    """


class ResultsMessage(_PollMessage):
    """A complete snapshot of the counts.

    `trace_id` is that of one vote in the counts, for operators; it identifies no voter.
    """

    type: Literal["results"] = "results"
    counts: Counts
    total: NonNegativeInt
    updated_at: Instant
    trace_id: TraceId | None = None


class ResultsHiddenMessage(_PollMessage):
    """Replaces `results` if the poll's visibility does not allow this subscriber to see counts.

    `total` is the number of all votes, in a poll that shows its turnout. Without it no field changes with
    votes, so there is no `trace_id` either.
    """

    type: Literal["results_hidden"] = "results_hidden"
    result_visibility: ResultVisibility
    total: NonNegativeInt | None = None
    updated_at: Instant
    trace_id: TraceId | None = None


class PollOpenedMessage(_PollMessage):
    """A poll became the active one: fetch it."""

    type: Literal["poll_opened"] = "poll_opened"


class PollClosedMessage(_PollMessage):
    """Votes are no longer accepted."""

    type: Literal["poll_closed"] = "poll_closed"


class PongMessage(Contract):
    """The answer to a ping."""

    type: Literal["pong"] = "pong"
    server_time: Instant


class AudienceMessage(Contract):
    """Audience size, organisers not included: sent with results when it has changed, and after a pong."""

    type: Literal["audience"] = "audience"
    audience: NonNegativeInt


class ErrorMessage(Contract):
    """A message was invalid and had no effect."""

    type: Literal["error"] = "error"
    title: str
    detail: str | None = None
    errors: tuple[FieldError, ...] | None = None


class Ping(Contract):
    """The one message that a client sends: keeps the socket alive and requests missed messages.

    The response is a `pong`, then the poll's newest message if it is newer than `version`; without `poll_id`
    that of the active poll, without `version` always. An `audience` message follows if it was counted within
    the last minutes.
    """

    action: Literal["ping"]
    poll_id: PollId | None = None
    version: NonNegativeInt | None = None


type Message = Annotated[
    ResultsMessage
    | ResultsHiddenMessage
    | PollOpenedMessage
    | PollClosedMessage
    | PongMessage
    | AudienceMessage
    | ErrorMessage,
    Field(discriminator="type"),
]

MESSAGES: TypeAdapter[Message] = TypeAdapter(Message)
