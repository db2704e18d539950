"""What each refusal of this service means over HTTP."""

from typing import Final

from contracts.problem import ProblemType
from gateway.resolver import Problems

from results_service.domain.errors import (
    ForeignPass,
    NothingToRecount,
    ResultsHidden,
    StoreUnavailable,
    UnknownPoll,
)

PROBLEMS: Final[Problems] = {
    UnknownPoll: ProblemType.UNKNOWN_POLL,
    ResultsHidden: ProblemType.RESULTS_HIDDEN,
    ForeignPass: ProblemType.BAD_RESULTS_PASS,
    NothingToRecount: ProblemType.WRONG_STATE,
    StoreUnavailable: ProblemType.UNAVAILABLE,
}
