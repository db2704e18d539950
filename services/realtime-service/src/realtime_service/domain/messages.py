"""Which frames tell a viewer of a tally: by the poll's visibility, by the clock, by what was told before."""

from dataclasses import dataclass
from datetime import datetime

from contracts.api import Counts
from contracts.ids import PollStatus, ResultVisibility
from contracts.problem import FieldError
from contracts.realtime import (
    ErrorFrame,
    Frame,
    Ping,
    PollClosedFrame,
    PollOpenedFrame,
    PongFrame,
    ResultsFrame,
    ResultsHiddenFrame,
    ResultsHiddenFrameV2,
    ViewersFrame,
)
from contracts.tally import TallyChanged, TallyChangedV2
from contracts.visibility import Scope, counts_visible

from realtime_service.domain.subscriber import Subscriber


@dataclass(frozen=True, slots=True)
class Outline:
    """What everybody may know of a poll at any time: all of its tally that no vote changes."""

    status: PollStatus
    result_visibility: ResultVisibility
    opens_at: datetime | None
    closes_at: datetime | None

    @classmethod
    def of(cls, tally: TallyChanged) -> "Outline":
        """Return the outline of a tally."""
        return cls(tally.status, tally.result_visibility, tally.opens_at, tally.closes_at)


@dataclass(frozen=True, slots=True)
class Known:
    """The newest tally of a poll, and the number of its outline: one more with each outline that was told.

    A tally's version moves with its votes, so frames that show no votes have the outline's. It is the smaller
    one of the two: a page that has it takes the counts as newer once they show.
    """

    tally: TallyChanged
    outline_version: int


def frames_of_change(known: Known, before: Outline | None, scope: Scope, now: datetime) -> tuple[Frame, ...]:
    """Return what to tell `scope` when this is known of a poll by now and its outline was `before`.

    An opening or closing comes first, then the snapshot. Nobody is told of a draft, but of a planned poll
    that has become one again: pages that know the plan would open it at its time. A snapshot that shows
    neither counts nor turnout goes out when the outline has changed, and not with votes: counting the
    messages would be counting the votes.
    """
    tally, shown = known.tally, snapshot(known, scope, now)
    transition = (
        _transition_frame(tally, shown.version)
        if before is None or tally.status is not before.status
        else None
    )
    if tally.status is PollStatus.DRAFT:
        return (transition,) if transition and before is not None and before.status is PollStatus.OPEN else ()
    follows_votes = isinstance(shown, ResultsFrame | ResultsHiddenFrameV2)
    snapshots = (shown,) if follows_votes or Outline.of(tally) != before else ()
    return (transition, *snapshots) if transition else snapshots


def answers(
    ping: Ping, known: Known | None, viewer: Subscriber, now: datetime, viewers: int | None = None
) -> tuple[Frame, ...]:
    """Return the answer to a ping when this is the newest known: pong, what was missed, how many watch."""
    shown = None
    if known and known.tally.status is not PollStatus.DRAFT:
        shown = snapshot(known, viewer.scope_for(known.tally.poll_id), now)
    frames: tuple[Frame | None, ...] = (
        PongFrame(server_time=now),
        # By the frame's own version: with the tally's, pings of many versions would find it out.
        shown if shown and shown.version > (ping.version or 0) else None,
        None if viewers is None else ViewersFrame(viewers=viewers),
    )
    return tuple(frame for frame in frames if frame is not None)


def snapshot(known: Known, scope: Scope, now: datetime) -> ResultsFrame | ResultsHiddenFrame:
    """Return the counts, or in their place that they are hidden, with the turnout where it shows.

    Without either, nothing in it moves with votes: its version is the outline's, its time is now.
    """
    tally = known.tally
    status = status_at(tally, now)
    if counts_visible(tally.result_visibility, status, scope):
        return ResultsFrame(
            poll_id=tally.poll_id,
            status=status,
            version=tally.tally_version,
            opens_at=tally.opens_at,
            closes_at=tally.closes_at,
            counts=Counts(a=tally.a, b=tally.b),
            total=tally.a + tally.b,
            updated_at=tally.updated_at,
        )
    hidden = ResultsHiddenFrame(
        poll_id=tally.poll_id,
        status=status,
        version=known.outline_version,
        opens_at=tally.opens_at,
        closes_at=tally.closes_at,
        result_visibility=tally.result_visibility,
        updated_at=now,
    )
    if isinstance(tally, TallyChangedV2) and tally.show_turnout:
        of_tally = {"version": tally.tally_version, "updated_at": tally.updated_at}
        return ResultsHiddenFrameV2(**dict(hidden) | of_tally, total=tally.a + tally.b)
    return hidden


def status_at(tally: TallyChanged, now: datetime) -> PollStatus:
    """Return the poll's status by the clock: past `closes_at` it is closed, announced or not."""
    past_close = tally.closes_at is not None and tally.closes_at <= now
    return PollStatus.CLOSED if tally.status is PollStatus.OPEN and past_close else tally.status


def not_understood(errors: tuple[FieldError, ...] | None = None) -> ErrorFrame:
    """Return what to answer to a message that is no ping, or not a proper one."""
    return ErrorFrame(
        title="The message is not understood",
        detail='Send JSON text such as {"action": "ping"}, with poll_id and version if you know them',
        errors=errors,
    )


def encode(frame: Frame) -> bytes:
    """Return the frame as it goes over the socket."""
    return frame.model_dump_json().encode()


def _transition_frame(tally: TallyChanged, version: int) -> PollOpenedFrame | PollClosedFrame:
    frame = PollOpenedFrame if tally.status is PollStatus.OPEN else PollClosedFrame
    return frame(
        poll_id=tally.poll_id,
        status=tally.status,
        version=version,
        opens_at=tally.opens_at,
        closes_at=tally.closes_at,
    )
