"""Results and turnout of a poll, as a reader may see them."""

from datetime import datetime
from typing import Final

from contracts.api import Counts, Results, Turnout
from contracts.enums import PollStatus, ResultVisibility
from contracts.model import format_instant
from contracts.visibility import Scope, counts_visible, turnout_visible

from results_service.domain.errors import ResultsHidden, UnknownPoll
from results_service.domain.poll import Poll
from results_service.domain.position_effect import position_effect
from results_service.domain.totals import Totals

_UNTIL: Final = {
    ResultVisibility.AFTER_VOTE: "They show to those who have voted, to everybody once the poll has closed",
    ResultVisibility.AFTER_CLOSE: "They show once the poll has closed",
    ResultVisibility.NEVER: "They show to the poll's organisers only",
}


def results_for(totals: Totals | None, scope: Scope, now: datetime) -> Results:
    """Return the results for a reader of this scope.

    Raises `ResultsHidden`, and `UnknownPoll`, also for a draft unless the reader is an organiser.
    """
    totals, poll, status = _known(totals, scope, now)
    if not counts_visible(poll.result_visibility, status, scope):
        raise ResultsHidden(_until(poll))
    return Results(
        **dict(poll.live_state(status, totals.version)),
        counts=Counts(a=totals.tally.a, b=totals.tally.b),
        total=totals.tally.a + totals.tally.b,
        updated_at=totals.updated_at,
        position_effect=position_effect(totals.tally),
    )


def turnout_for(totals: Totals | None, scope: Scope, now: datetime) -> Turnout:
    """Return the number of votes, if this reader may see it. Raises as `results_for` does."""
    totals, poll, status = _known(totals, scope, now)
    if not turnout_visible(poll.result_visibility, status, scope, show_turnout=poll.show_turnout):
        raise ResultsHidden(_until(poll))
    return Turnout(
        **dict(poll.live_state(status, totals.version)),
        total=totals.tally.a + totals.tally.b,
        updated_at=totals.updated_at,
    )


def _known(totals: Totals | None, scope: Scope, now: datetime) -> tuple[Totals, Poll, PollStatus]:
    if totals is None or totals.poll is None:
        raise UnknownPoll("no poll of this id is known")
    status = totals.poll.status_at(now)
    if status is PollStatus.DRAFT and scope is not Scope.ORGANISER:
        raise UnknownPoll("no poll of this id is known")
    return totals, totals.poll, status


def _until(poll: Poll) -> str:
    closes = ""
    if poll.closes_at and poll.result_visibility is not ResultVisibility.NEVER:
        closes = f" ({format_instant(poll.closes_at)})"
    return f"{_UNTIL[poll.result_visibility]}{closes}."
