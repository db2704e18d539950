"""What may happen to a poll, and when: one table of steps, pure functions of the poll and the clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from contracts.events import PollArchived, PollClosed, PollClosing, PollCreated, PollEvent, PollOpened
from contracts.ids import PollId, PollStatus
from contracts.polls import CreatePoll

from poll_service.domain.clock import COUNTDOWN
from poll_service.domain.phase import FORBIDDEN, Command, Phase, phase_at
from poll_service.domain.poll import Poll
from poll_service.domain.poll_event import event_of
from poll_service.domain.refusals import ClosesAtRefused, TooEarly, WrongState

LONGEST: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Change:
    """What a step makes of a poll. Without `event`: nothing to write; `wake_at`: when to come back."""

    poll: Poll
    event: PollEvent | None = None
    wake_at: datetime | None = None


def create_poll(wanted: CreatePoll, poll_id: PollId, organiser: str, now: datetime) -> Change:
    """Return the draft that `organiser` (a token's subject) wants. Raises `ClosesAtRefused`."""
    _check_closes_at(wanted.closes_at, opens_at=now)
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
        opens_at=wanted.opens_at,
        closes_at=wanted.closes_at,
        proof_of_work=wanted.proof_of_work,
        show_turnout=wanted.show_turnout,
        embed_origins=wanted.embed_origins,
        rerun_of=wanted.rerun_of,
    )
    return Change(poll, event_of(PollCreated, poll, now))


def open_poll(poll: Poll, closes_at: datetime | None, now: datetime) -> Change:
    """Open a draft in three seconds; `closes_at` replaces the draft's own if given.

    Raises `WrongState`, or `ClosesAtRefused` (a draft's time of closing may have passed meanwhile).
    """
    return _step(Command.OPEN, poll if closes_at is None else replace(poll, closes_at=closes_at), now)


def close_poll(poll: Poll, now: datetime) -> Change:
    """Close in three seconds, or sooner if that was set already: asking again changes nothing.

    A poll whose time has passed unannounced is finished on the spot, so asking again also mends a lost
    wake-up. Raises `WrongState` for a draft.
    """
    return _step(Command.CLOSE, poll, now)


def finish_poll(poll: Poll, due_at: datetime, now: datetime) -> Change:
    """Announce that the poll is closed, if it is.

    A wake-up for a moment that was since moved, or never committed, finds the poll not overdue and changes
    nothing: the moment that counts has a wake-up of its own. Raises `TooEarly` before `due_at`.
    """
    if now < due_at:
        raise TooEarly(f"Woken {due_at - now} early")
    return _step(Command.FINISH, poll, now)


def archive_poll(poll: Poll, now: datetime) -> Change:
    """Archive a closed poll, for good; asking again keeps the moment and tells everybody again.

    Whatever ties its votes to voters is destroyed where it is kept, so who missed the event must get it
    again. Raises `WrongState` for a poll that is not closed, or whose close nobody has been told of yet.
    """
    return _step(Command.ARCHIVE, poll, now)


def _start(poll: Poll, now: datetime) -> Change:
    opens_at = now + COUNTDOWN
    _check_closes_at(poll.closes_at, opens_at)
    opened = replace(poll, status=PollStatus.OPEN, opens_at=opens_at, revision=poll.revision + 1)
    return Change(opened, event_of(PollOpened, opened, now), wake_at=opened.closes_at)


def _bring_forward(poll: Poll, now: datetime) -> Change:
    soon = now + COUNTDOWN
    if poll.closes_at is not None and poll.closes_at <= soon:
        return Change(poll, wake_at=poll.closes_at)
    closing = replace(poll, closes_at=soon, revision=poll.revision + 1)
    return Change(closing, event_of(PollClosing, closing, now), wake_at=soon)


def _finish(poll: Poll, now: datetime) -> Change:
    closed = replace(poll, status=PollStatus.CLOSED, revision=poll.revision + 1)
    return Change(closed, event_of(PollClosed, closed, now))


def _archive(poll: Poll, now: datetime) -> Change:
    archived = replace(poll, archived_at=poll.archived_at or now, revision=poll.revision + 1)
    return Change(archived, event_of(PollArchived, archived, now))


def _keep(poll: Poll, _: datetime) -> Change:
    return Change(poll)


STEPS: Final[Mapping[tuple[Command, Phase], Callable[[Poll, datetime], Change]]] = {
    (Command.OPEN, Phase.DRAFT): _start,
    (Command.CLOSE, Phase.OPEN): _bring_forward,
    (Command.CLOSE, Phase.OVERDUE): _finish,
    (Command.CLOSE, Phase.CLOSED): _keep,
    (Command.CLOSE, Phase.ARCHIVED): _keep,
    (Command.FINISH, Phase.DRAFT): _keep,
    (Command.FINISH, Phase.OPEN): _keep,
    (Command.FINISH, Phase.OVERDUE): _finish,
    (Command.FINISH, Phase.CLOSED): _keep,
    (Command.FINISH, Phase.ARCHIVED): _keep,
    (Command.ARCHIVE, Phase.CLOSED): _archive,
    (Command.ARCHIVE, Phase.ARCHIVED): _archive,
}
"""Every allowed step; every other one is in `FORBIDDEN`, with the reason."""


def _step(command: Command, poll: Poll, now: datetime) -> Change:
    phase = phase_at(poll, now)
    if (command, phase) in FORBIDDEN:
        raise WrongState(FORBIDDEN[command, phase])
    return STEPS[command, phase](poll, now)


def _check_closes_at(closes_at: datetime | None, opens_at: datetime) -> None:
    if closes_at is None:
        return
    if closes_at <= opens_at:
        raise ClosesAtRefused("must be in the future: later than the poll opens")
    if closes_at > opens_at + LONGEST:
        raise ClosesAtRefused(f"must be within {LONGEST.days} days")
