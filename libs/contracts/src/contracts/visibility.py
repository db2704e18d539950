"""Who may see the counts of a poll, and when: one rule for HTTP and WebSocket."""

from enum import StrEnum

from contracts.ids import PollStatus, ResultVisibility


class Scope(StrEnum):
    """In which role somebody looks at a poll's results."""

    PUBLIC = "public"
    VOTER = "voter"
    ORGANISER = "organiser"


def turnout_visible(
    visibility: ResultVisibility, status: PollStatus, scope: Scope, *, show_turnout: bool
) -> bool:
    """Tell whether `scope` may see how many votes there are: wherever counts show, or if the poll says so."""
    return show_turnout or counts_visible(visibility, status, scope)


def counts_visible(visibility: ResultVisibility, status: PollStatus, scope: Scope) -> bool:
    """Tell whether `scope` may see counts of a poll in `status` (by the clock).

    Organisers always may; `after_vote` shows to voters while open and to everybody once closed.
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
