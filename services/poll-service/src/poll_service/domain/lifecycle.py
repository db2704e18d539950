"""Lifecycle of a poll: a table of transitions, pure functions of poll, schedule and clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from contracts.enums import PollStatus
from contracts.events import PollArchived, PollClosed, PollClosing, PollCreated, PollOpened
from contracts.ids import PollId
from contracts.poll_snapshot import PollSettings
from contracts.polls import CreatePoll, EditPoll, MoveEnd

from poll_service.domain.change import Change
from poll_service.domain.clock import COUNTDOWN
from poll_service.domain.editing import changed_poll
from poll_service.domain.errors import InvalidState, TooEarly
from poll_service.domain.idempotent_creation import digest_of
from poll_service.domain.phase import FORBIDDEN, Command, Phase, phase_at
from poll_service.domain.poll import Poll
from poll_service.domain.poll_event import deletion_of, event_of
from poll_service.domain.schedule import Schedule, TimeSlot
from poll_service.domain.times import (
    check_end,
    check_end_of_rehearsal,
    check_times,
    end_of_rehearsal,
    moment_of_opening,
)


@dataclass(frozen=True, slots=True)
class TransitionContext:
    """Input of a transition: poll and schedule as they were read, the time, and the requested values."""

    poll: Poll
    schedule: Schedule
    now: datetime
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    edit: EditPoll | None = None


def create_poll(
    wanted: CreatePoll, poll_id: PollId, organiser: str, now: datetime, rerun_of: PollId | None = None
) -> Change:
    """Return a new draft of `organiser` (a token's subject). Raises `InvalidTime`.

    `rerun_of` is the first poll of the series of repeats that it belongs to.
    """
    check_times(wanted.opens_at, wanted.closes_at, now)
    poll = Poll(
        poll_id=poll_id,
        question=wanted.question,
        option_a=wanted.options.a.label,
        option_b=wanted.options.b.label,
        image_a=wanted.options.a.image,
        image_b=wanted.options.b.image,
        policy=wanted.policy,
        result_visibility=wanted.result_visibility,
        created_at=now,
        created_by=organiser,
        changed_at=now,
        changed_by=organiser,
        opens_at=wanted.opens_at,
        closes_at=wanted.closes_at,
        settings=wanted.project(PollSettings),
        embed_origins=wanted.embed_origins,
        rerun_of=rerun_of,
        rehearsal=wanted.rehearsal,
        created_from=digest_of(wanted),
    )
    return Change(poll, event_of(PollCreated, poll, now))


def open_poll(
    poll: Poll,
    schedule: Schedule,
    closes_at: datetime | None,
    now: datetime,
    opens_at: datetime | None = None,
) -> Change:
    """Open a draft, or a scheduled poll, at `opens_at`; without it after the countdown.

    `closes_at` replaces the poll's own if given. Raises `InvalidState`, `InvalidTime` (the closing time of a
    draft may have passed), `AnotherPollActive`.
    """
    return _transition(
        Command.OPEN,
        TransitionContext(poll, schedule, now, opens_at=opens_at, closes_at=closes_at or poll.closes_at),
    )


def edit_poll(poll: Poll, schedule: Schedule, wanted: EditPoll, now: datetime) -> Change:
    """Change the fields that may still change. Raises `InvalidState`, `InvalidTime`, `AnotherPollActive`."""
    command = Command.EDIT if wanted.status is None else Command.UNSCHEDULE
    return _transition(command, TransitionContext(poll, schedule, now, edit=wanted))


def move_end(poll: Poll, schedule: Schedule, wanted: MoveEnd, now: datetime) -> Change:
    """Move the end of an open poll. Raises `InvalidState`, `InvalidTime`, `AnotherPollActive`."""
    if phase_at(poll, now) is not Phase.OPEN:
        raise InvalidState("Only an open poll has an end that a presenter can move")
    return edit_poll(poll, schedule, EditPoll(closes_at=wanted.closes_at), now)


def close_poll(poll: Poll, schedule: Schedule, now: datetime) -> Change:
    """Close after the countdown, or at the closing time if that is sooner; a repetition changes nothing.

    If the closing time has passed without an announcement, the close is announced at once, so a repeated
    request also repairs a lost scheduled close. Raises `InvalidState` for a draft, and for a poll that opens
    later.
    """
    return _transition(Command.CLOSE, TransitionContext(poll, schedule, now))


def finish_poll(poll: Poll, due_at: datetime, now: datetime) -> Change:
    """Announce that the poll is closed, if it is.

    A scheduled close for a time that was moved, or never committed, finds the poll not overdue and changes
    nothing: the current closing time has a scheduled close of its own. Raises `TooEarly` before `due_at`.
    """
    if now < due_at:
        raise TooEarly(f"Invoked {due_at - now} early")
    return _transition(Command.FINISH, TransitionContext(poll, Schedule(), now))


def archive_poll(poll: Poll, now: datetime) -> Change:
    """Archive a closed poll, for good; a repeated request keeps the time and publishes the event again.

    Consumers destroy the data that ties its votes to voters, so a consumer that missed the event must get it
    again. Raises `InvalidState` for a poll that is not closed, or not announced closed yet.
    """
    return _transition(Command.ARCHIVE, TransitionContext(poll, Schedule(), now))


def delete_poll(poll: Poll, now: datetime) -> Change:
    """Delete a draft or an archived poll, for good. Raises `InvalidState` for any other."""
    return _transition(Command.DELETE, TransitionContext(poll, Schedule(), now))


def _start(context: TransitionContext) -> Change:
    """Start a poll; a repeated request for the times that are planned already changes nothing."""
    planned = (context.poll.status, context.poll.opens_at, context.poll.closes_at)
    if planned == (PollStatus.OPEN, context.opens_at, context.closes_at):
        return Change(context.poll)
    check_times(context.opens_at, None, context.now)
    opens_at = moment_of_opening(context.opens_at, context.now)
    check_end(context.closes_at, opens_at)
    poll = context.poll
    closes_at = end_of_rehearsal(context.closes_at, opens_at) if poll.rehearsal else context.closes_at
    opened = replace(
        poll,
        status=PollStatus.OPEN,
        opens_at=opens_at,
        closes_at=closes_at,
        revision=poll.revision + 1,
    )
    schedule = context.schedule.with_slot(TimeSlot(poll.poll_id, opens_at, closes_at), context.now)
    return Change(
        opened, event_of(PollOpened, opened, context.now), close_at=opened.closes_at, schedule=schedule
    )


def _edit(context: TransitionContext) -> Change:
    change = changed_poll(context.poll, context.schedule, context.edit or EditPoll(), context.now)
    after = change.poll
    if after.rehearsal and after.status is PollStatus.OPEN and after.opens_at is not None:
        check_end_of_rehearsal(after.closes_at, after.opens_at)
    return change


def _close_soon(context: TransitionContext) -> Change:
    poll, soon = context.poll, context.now + COUNTDOWN
    if poll.closes_at is not None and poll.closes_at <= soon:
        return Change(poll, close_at=poll.closes_at)
    closing = replace(poll, closes_at=soon, revision=poll.revision + 1)
    schedule = context.schedule.with_slot(
        TimeSlot(poll.poll_id, poll.opens_at or context.now, soon), context.now
    )
    return Change(closing, event_of(PollClosing, closing, context.now), close_at=soon, schedule=schedule)


def _finish(context: TransitionContext) -> Change:
    """Close a poll; delete a rehearsal, so that no consumer counts it again, certifies or publishes it."""
    if context.poll.rehearsal:
        return _delete(context)
    closed = replace(context.poll, status=PollStatus.CLOSED, revision=context.poll.revision + 1)
    return Change(closed, event_of(PollClosed, closed, context.now))


def _archive(context: TransitionContext) -> Change:
    poll = context.poll
    archived = replace(poll, archived_at=poll.archived_at or context.now, revision=poll.revision + 1)
    return Change(archived, event_of(PollArchived, archived, context.now))


def _delete(context: TransitionContext) -> Change:
    deleted = replace(context.poll, status=PollStatus.DRAFT, revision=context.poll.revision + 1)
    return Change(deleted, deletion_of(deleted, context.now))


def _keep(context: TransitionContext) -> Change:
    return Change(context.poll)


TRANSITIONS: Final[Mapping[tuple[Command, Phase], Callable[[TransitionContext], Change]]] = {
    (Command.OPEN, Phase.DRAFT): _start,
    (Command.OPEN, Phase.SCHEDULED): _start,
    (Command.EDIT, Phase.DRAFT): _edit,
    (Command.EDIT, Phase.SCHEDULED): _edit,
    (Command.EDIT, Phase.OPEN): _edit,
    (Command.EDIT, Phase.OVERDUE): _edit,
    (Command.EDIT, Phase.CLOSED): _edit,
    (Command.UNSCHEDULE, Phase.DRAFT): _edit,
    (Command.UNSCHEDULE, Phase.SCHEDULED): _edit,
    (Command.CLOSE, Phase.OPEN): _close_soon,
    (Command.CLOSE, Phase.OVERDUE): _finish,
    (Command.CLOSE, Phase.CLOSED): _keep,
    (Command.CLOSE, Phase.ARCHIVED): _keep,
    (Command.FINISH, Phase.DRAFT): _keep,
    (Command.FINISH, Phase.SCHEDULED): _keep,
    (Command.FINISH, Phase.OPEN): _keep,
    (Command.FINISH, Phase.OVERDUE): _finish,
    (Command.FINISH, Phase.CLOSED): _keep,
    (Command.FINISH, Phase.ARCHIVED): _keep,
    (Command.ARCHIVE, Phase.CLOSED): _archive,
    (Command.ARCHIVE, Phase.ARCHIVED): _archive,
    (Command.DELETE, Phase.DRAFT): _delete,
    (Command.DELETE, Phase.ARCHIVED): _delete,
}
"""Every allowed transition; every other one is in `FORBIDDEN`, with the reason."""


def _transition(command: Command, context: TransitionContext) -> Change:
    phase = phase_at(context.poll, context.now)
    if (command, phase) in FORBIDDEN:
        raise InvalidState(FORBIDDEN[command, phase])
    return TRANSITIONS[command, phase](context)
