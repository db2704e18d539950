"""What each refusal of this service means over HTTP."""

from typing import Final

from contracts.problem import ProblemType
from gateway.resolver import Problems

from poll_service.domain import refusals

PROBLEMS: Final[Problems] = {
    refusals.PollNotFound: ProblemType.UNKNOWN_POLL,
    refusals.WrongState: ProblemType.WRONG_STATE,
    refusals.AnotherPollActive: ProblemType.ANOTHER_POLL_ACTIVE,
    refusals.ChangedMeanwhile: ProblemType.CHANGED_MEANWHILE,
    refusals.ClosesAtRefused: ProblemType.MALFORMED,
    refusals.BadCursor: ProblemType.MALFORMED,
    refusals.Unavailable: ProblemType.UNAVAILABLE,
}
