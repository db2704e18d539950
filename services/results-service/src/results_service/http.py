"""HTTP operations of this service, and the problem type for each domain error."""

from http import HTTPStatus
from typing import Final

from chassis.operation import Operation
from chassis.resolver import Problems
from contracts.api import LiveResults, Results, Turnout
from contracts.exported import AskExport, ExportedSeries, ExportedTotals, ExportedVoteLog
from contracts.problem import ProblemType
from contracts.recount import Recount
from contracts.roles import Permission
from contracts.series import Series

from results_service.domain.csv_file import CSV
from results_service.domain.errors import (
    BadCursor,
    ForeignPass,
    NothingToRecount,
    NotSealed,
    ResultsHidden,
    StoreUnavailable,
    UnknownPoll,
    VoteLogUnavailable,
)

PROBLEMS: Final[Problems] = {
    UnknownPoll: ProblemType.UNKNOWN_POLL,
    ResultsHidden: ProblemType.RESULTS_HIDDEN,
    ForeignPass: ProblemType.BAD_RESULTS_PASS,
    BadCursor: ProblemType.VALIDATION_FAILED,
    NothingToRecount: ProblemType.INVALID_STATE,
    NotSealed: ProblemType.INVALID_STATE,
    VoteLogUnavailable: ProblemType.UNAVAILABLE,
    StoreUnavailable: ProblemType.UNAVAILABLE,
}

GET_RESULTS: Final = Operation({HTTPStatus.OK: Results}, errors=[ProblemType.RESULTS_HIDDEN])
GET_TURNOUT: Final = Operation({HTTPStatus.OK: Turnout}, errors=[ProblemType.RESULTS_HIDDEN])
GET_LIVE_RESULTS: Final = Operation(
    {HTTPStatus.OK: Results},
    request_model=LiveResults,
    errors=[ProblemType.BAD_RESULTS_PASS, ProblemType.RESULTS_HIDDEN],
)
GET_ADMIN_RESULTS: Final = Operation({HTTPStatus.OK: Results}, permission=Permission.READ)
GET_VOTES_OVER_TIME: Final = Operation({HTTPStatus.OK: Series}, permission=Permission.READ)
GET_CERTIFICATE: Final = Operation({HTTPStatus.OK: Recount}, permission=Permission.READ)
EXPORT_RESULTS: Final = Operation(
    {HTTPStatus.OK: (ExportedTotals, ExportedSeries, ExportedVoteLog, CSV)},
    request_model=AskExport,
    permission=Permission.READ,
    errors=[ProblemType.INVALID_STATE],
)
REQUEST_RECOUNT: Final = Operation(
    {HTTPStatus.ACCEPTED: Recount},
    permission=Permission.EDIT_POLLS,
    creates=True,
    errors=[ProblemType.VALIDATION_FAILED, ProblemType.INVALID_STATE],
)
