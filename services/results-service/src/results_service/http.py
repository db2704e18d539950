"""HTTP operations of this service, and the problem type for each domain error."""

from collections.abc import Iterator, Sequence
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
from contracts.votes_over_time import Series

from results_service.domain.csv_file import CSV, Value, csv_text
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

type Exported = ExportedTotals | ExportedSeries | ExportedVoteLog
type Row = Sequence[Value]


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
    head, rows = _table(exported)
    # The pages of a vote log are concatenated: only the first has column names.
    text = csv_text([head, *rows] if asked.cursor is None else rows)
    return Response(200, CSV, text, headers={"Cache-Control": PRIVATE, **headers})


def _table(exported: Exported) -> tuple[Row, Iterator[Row]]:
    """Return the column names and the rows."""
    hidden = exported.hidden_from_public
    match exported:
        case ExportedTotals():
            return _totals_table(exported)
        case ExportedSeries(points=points):
            rows = ((point.at, point.a, point.b, point.a + point.b, hidden) for point in points)
            return ("at", "a", "b", "total", "hidden_from_public"), rows
        case ExportedVoteLog(groups=groups):
            lines = ((group.starts_at, group.ends_at, group.a, group.b, hidden) for group in groups)
            return ("starts_at", "ends_at", "a", "b", "hidden_from_public"), lines


def _totals_table(exported: ExportedTotals) -> tuple[Row, Iterator[Row]]:
    certificate = exported.certificate
    columns: dict[str, Value] = {
        **dict(exported.model_copy(update={"certificate": None})),
        "certificate": certificate.state if certificate else None,
        "difference": certificate.difference if certificate else None,
        "recounted_at": certificate.finished_at if certificate else None,
        "recount_id": certificate.recount_id if certificate else None,
    }
    return tuple(columns), iter((tuple(columns.values()),))
