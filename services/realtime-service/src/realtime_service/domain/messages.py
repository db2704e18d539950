"""Select the messages about a tally, by visibility, clock, and the outline that was broadcast last."""

from dataclasses import dataclass
from datetime import datetime

from contracts.api import Counts
from contracts.enums import PollStatus
from contracts.poll_snapshot import PollSnapshot
from contracts.problem import FieldError
from contracts.realtime import (
    AudienceMessage,
    ErrorMessage,
    Message,
    Ping,
    PollClosedMessage,
    PollOpenedMessage,
    PongMessage,
    ResultsHiddenMessage,
    ResultsMessage,
)
from contracts.tally import TallyChanged
from contracts.visibility import Scope, counts_visible

from realtime_service.domain.subscriber import Subscriber


class Outline(PollSnapshot):
    """The public part of a tally: the fields that no vote changes."""

    @classmethod
    def of(cls, tally: TallyChanged) -> "Outline":
        """Return the outline of a tally."""
        return tally.project(cls)


@dataclass(frozen=True, slots=True)
class Known:
    """The newest tally of a poll, and the number of its outline, incremented with each broadcast outline.

    A tally's version changes with votes, so messages without counts carry the outline's number instead. It is
    the smaller of the two: a page that has it accepts counts as newer once they show.
    """

    tally: TallyChanged
    outline_version: int


def messages_of_change(
    known: Known, before: Outline | None, scope: Scope, now: datetime
) -> tuple[Message, ...]:
    """Return the messages to a scope after a change; `before` is the outline that was broadcast last.

    An open or close message comes first, then the snapshot. Drafts are never broadcast, except when a
    scheduled poll becomes a draft again: pages that know the schedule would open it at its time. A snapshot
    without counts and turnout is sent when the outline has changed, and not with votes, because the number of
    messages would reveal the number of votes.
    """
    tally, shown = known.tally, snapshot(known, scope, now)
    transition = (
        _transition_message(tally, shown.version)
        if before is None or tally.status is not before.status
        else None
    )
    if tally.status is PollStatus.DRAFT:
        return (transition,) if transition and before is not None and before.status is PollStatus.OPEN else ()
    snapshots = (shown,) if shown.total is not None or Outline.of(tally) != before else ()
    return (transition, *snapshots) if transition else snapshots


def answers(
    ping: Ping, known: Known | None, subscriber: Subscriber, now: datetime, audience: int | None = None
) -> tuple[Message, ...]:
    """Return the answer to a ping: a pong, the snapshot if it is newer, and the audience size if known."""
    shown = None
    if known and known.tally.status is not PollStatus.DRAFT:
        shown = snapshot(known, subscriber.scope_for(known.tally.poll_id), now)
    messages: tuple[Message | None, ...] = (
        PongMessage(server_time=now),
        # Compare with the message's own version: with the tally's, many pings could find it by trial.
        shown if shown and shown.version > (ping.version or 0) else None,
        None if audience is None else AudienceMessage(audience=audience),
    )
    return tuple(message for message in messages if message is not None)


def snapshot(known: Known, scope: Scope, now: datetime) -> ResultsMessage | ResultsHiddenMessage:
    """Return the counts, or a message that they are hidden, with the turnout if the poll shows it.

    Without either, no field changes with votes: `version` is the outline's number, `updated_at` is now.
    """
    tally = known.tally
    status = status_at(tally, now)
    if counts_visible(tally.result_visibility, status, scope):
        return ResultsMessage(
            **dict(tally.live_state(status, tally.tally_version)),
            counts=Counts(a=tally.a, b=tally.b),
            total=tally.a + tally.b,
            updated_at=tally.updated_at,
            trace_id=tally.trace_id,
        )
    version = tally.tally_version if tally.show_turnout else known.outline_version
    return ResultsHiddenMessage(
        **dict(tally.live_state(status, version)),
        result_visibility=tally.result_visibility,
        total=tally.a + tally.b if tally.show_turnout else None,
        updated_at=tally.updated_at if tally.show_turnout else now,
        trace_id=tally.trace_id if tally.show_turnout else None,
    )


def status_at(tally: TallyChanged, now: datetime) -> PollStatus:
    """Return the poll's status at a moment: past `closes_at` it is closed, announced or not."""
    past_close = tally.closes_at is not None and tally.closes_at <= now
    return PollStatus.CLOSED if tally.status is PollStatus.OPEN and past_close else tally.status


def not_understood(errors: tuple[FieldError, ...] | None = None) -> ErrorMessage:
    """Return the answer to an invalid message."""
    return ErrorMessage(
        title="The message is not understood",
        detail='Send JSON text such as {"action": "ping"}, with poll_id and version if you know them',
        errors=errors,
    )


def encode(message: Message) -> bytes:
    """Return the message as bytes for the socket."""
    return message.model_dump_json().encode()


def _transition_message(tally: TallyChanged, version: int) -> PollOpenedMessage | PollClosedMessage:
    message = PollOpenedMessage if tally.status is PollStatus.OPEN else PollClosedMessage
    return message(**dict(tally.live_state(tally.status, version)))
