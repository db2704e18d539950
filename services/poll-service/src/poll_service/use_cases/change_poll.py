"""The way every step of an existing poll takes: read, decide, have it announced if it needs to be, write.

The scheduled-close is scheduled *before* the write. If scheduling fails, nothing has happened: the poll is
what the organiser still sees, and asking again starts afresh. If the write fails, a scheduled-close is left
over, and that is harmless: `finish_poll` goes by the poll's own `closes_at`. The other order could leave a
poll that ends without anybody being told, with only the organiser's patience to mend it. The price: while the
scheduler is down, no time of closing can be set.
"""

from collections.abc import Callable
from typing import Final

from contracts.ids import PollId

from poll_service.adapters.close_scheduler import CloseScheduler
from poll_service.adapters.polls import PollsStore
from poll_service.domain.change import Actor, Change
from poll_service.domain.errors import WriteConflict
from poll_service.domain.poll import Poll
from poll_service.domain.schedule import Schedule

ATTEMPTS: Final = 4

type Transition = Callable[[Poll, Schedule], Change]


def change_poll(
    polls: PollsStore, scheduler: CloseScheduler, poll_id: PollId, transition: Transition, actor: Actor
) -> Poll:
    """Take a step that may set a time of closing, and return the poll after it.

    Raises what `apply_transition` raises.
    """

    def scheduled(poll: Poll, schedule: Schedule) -> Change:
        change = transition(poll, schedule)
        if change.close_at is not None:
            scheduler.close_at(poll_id, change.close_at)
        return change

    return apply_transition(polls, poll_id, scheduled, actor)


def apply_transition(
    polls: PollsStore, poll_id: PollId, transition: Transition, actor: Actor | None = None
) -> Poll:
    """Take the step for `actor`, or for the clock, and return the poll after it.

    On a lost race it reads again and decides again. Raises what `step` raises, `PollNotFound`, `Unavailable`,
    and `RevisionConflict`: at once when the actor has seen an older poll, else after losing `ATTEMPTS` races.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return _attempt(polls, poll_id, transition, actor)
        except WriteConflict:
            continue
    return _attempt(polls, poll_id, transition, actor)


def _attempt(polls: PollsStore, poll_id: PollId, transition: Transition, actor: Actor | None) -> Poll:
    poll = polls.get(poll_id)
    if actor is not None:
        actor.require_seen(poll)
    change = transition(poll, polls.schedule())
    if actor is not None:
        change = actor.stamp(change, poll)
    polls.save(change)
    return change.poll
