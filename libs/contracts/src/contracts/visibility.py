"""Visibility of a poll's counts: one rule for HTTP and WebSocket."""

from enum import StrEnum

from contracts.enums import PollStatus, ResultVisibility


class Scope(StrEnum):
    """The access scope of a client that reads a poll's results."""

    PUBLIC = "public"
    VOTER = "voter"
    ORGANISER = "organiser"


def turnout_visible(
    visibility: ResultVisibility, status: PollStatus, scope: Scope, *, show_turnout: bool
) -> bool:
    """Return whether `scope` may see the number of votes: if counts are visible, or `show_turnout` is set."""
    return show_turnout or counts_visible(visibility, status, scope)


def counts_visible(visibility: ResultVisibility, status: PollStatus, scope: Scope) -> bool:
    """Return whether `scope` may see the counts of a poll in `status` (by the clock).

    Organisers always may; `after_vote` shows them to voters while the poll is open and to everyone once
    closed.
    """
    if scope is Scope.ORGANISER:
        return True
    match visibility:
        case ResultVisibility.ALWAYS:
            return True
        case ResultVisibility.AFTER_VOTE:
            return scope is Scope.VOTER or status is PollStatus.CLOSED
        case ResultVisibility.AFTER_CLOSE:
            return status is PollStatus.CLOSED
        case ResultVisibility.NEVER:
            return False
