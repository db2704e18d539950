"""Transitions of an existing poll: read, decide, schedule the close if there is one, write.

The close is scheduled *before* the write. If scheduling fails, nothing has happened: the organiser still sees
the poll unchanged, and a repeated request starts afresh. If the write fails, a superfluous scheduled close is
left, which is harmless: `finish_poll` follows the poll's own `closes_at`. In the other order a poll could end
without an announcement until an organiser closes it again. The price: while the scheduler is down, no closing
time can be set.
"""

from typing import Final

from contracts.ids import PollId

from poll_service.adapters.close_scheduler import CloseScheduler
from poll_service.adapters.polls import PollsStore
from poll_service.domain.change import Actor, Change, Transition
from poll_service.domain.errors import WriteConflict
from poll_service.domain.poll import Poll
from poll_service.domain.schedule import Schedule

ATTEMPTS: Final = 4


def change_poll(
    polls: PollsStore, scheduler: CloseScheduler, poll_id: PollId, transition: Transition, actor: Actor
) -> Poll:
    """Apply a transition that may set a closing time, and return the poll after it.

    Raises the errors of `apply_transition`.
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
    """Apply the transition for `actor`, or for the clock, and return the poll after it.

    After a write conflict it reads and decides again. Raises the errors of `transition`, `PollNotFound`,
    `Unavailable`, and `RevisionConflict`: at once if the actor has seen an older poll, otherwise after
    `ATTEMPTS` write conflicts.
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
