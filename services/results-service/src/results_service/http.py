"""HTTP operations of this service, and the problem type for each domain error."""

from http import HTTPStatus
from typing import Final

from aws_lambda_powertools.event_handler import Response
from chassis.operation import Operation
from chassis.resolver import Problems
from chassis.response import PRIVATE, json_answer
from contracts.api import LiveResults, Results, Turnout
from contracts.problem import ProblemType
from contracts.recount import Recount
from contracts.results_export import (
    AskExport,
    ExportedSeries,
    ExportedTotals,
    ExportedVoteLog,
    ExportFormat,
    ExportWhat,
)
from contracts.roles import Permission
from contracts.transparency_log import PublicCertificate
from contracts.votes_over_time import Series

from results_service.domain.csv_text import CSV, csv_text
from results_service.domain.errors import (
    BadCursor,
    ForeignPass,
    NothingToRecount,
    NotPublished,
    NotSealed,
    ResultsHidden,
    StoreUnavailable,
    UnknownPoll,
    VoteLogUnavailable,
)
from results_service.domain.export_table import Exported, table

PROBLEMS: Final[Problems] = {
    UnknownPoll: ProblemType.UNKNOWN_POLL,
    ResultsHidden: ProblemType.RESULTS_HIDDEN,
    ForeignPass: ProblemType.INVALID_RESULTS_PASS,
    BadCursor: ProblemType.VALIDATION_FAILED,
    NothingToRecount: ProblemType.INVALID_STATE,
    NotPublished: ProblemType.INVALID_STATE,
    NotSealed: ProblemType.INVALID_STATE,
    VoteLogUnavailable: ProblemType.UNAVAILABLE,
    StoreUnavailable: ProblemType.UNAVAILABLE,
}

GET_RESULTS: Final = Operation({HTTPStatus.OK: Results}, errors=[ProblemType.RESULTS_HIDDEN])
GET_TURNOUT: Final = Operation({HTTPStatus.OK: Turnout}, errors=[ProblemType.RESULTS_HIDDEN])
GET_PUBLIC_CERTIFICATE: Final = Operation(
    {HTTPStatus.OK: PublicCertificate}, errors=[ProblemType.RESULTS_HIDDEN, ProblemType.INVALID_STATE]
)
GET_LIVE_RESULTS: Final = Operation(
    {HTTPStatus.OK: Results},
    request_model=LiveResults,
    errors=[ProblemType.INVALID_RESULTS_PASS, ProblemType.RESULTS_HIDDEN],
)
GET_ADMIN_RESULTS: Final = Operation({HTTPStatus.OK: Results}, permission=Permission.READ)
GET_PRESENTER_RESULTS: Final = Operation(
    {HTTPStatus.OK: Results}, permission=Permission.READ, current_role=True
)
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


def file_answer(exported: Exported, next_cursor: str | None, asked: AskExport) -> Response[str]:
    """Return the export as an attachment; `Link` names the next page, if there is one (RFC 8288)."""
    in_lines = asked.what is ExportWhat.VOTE_LOG and asked.format is ExportFormat.JSON
    name = f"{exported.poll_id}-{asked.what}.{'jsonl' if in_lines else asked.format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if next_cursor is not None:
        query = f"what={asked.what}&format={asked.format}&cursor={next_cursor}"
        headers["Link"] = f'</admin/api/results/{exported.poll_id}/export?{query}>; rel="next"'
    if asked.format is ExportFormat.JSON:
        answer = json_answer(exported, headers=headers)
        answer.body = f"{answer.body}\n"  # so that the concatenated pages are JSON lines
        return answer
    head, rows = table(exported)
    # The pages of a vote log are concatenated: only the first has column names.
    text = csv_text([head, *rows] if asked.cursor is None else rows)
    return Response(200, CSV, text, headers={"Cache-Control": PRIVATE, **headers})
