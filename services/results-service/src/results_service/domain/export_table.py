"""The columns and rows of each results export as CSV."""

from collections.abc import Iterator, Sequence

from contracts.results_export import ExportedSeries, ExportedTotals, ExportedVoteLog

from results_service.domain.csv_text import Value

type Exported = ExportedTotals | ExportedSeries | ExportedVoteLog
type Row = Sequence[Value]


def table(exported: Exported) -> tuple[Row, Iterator[Row]]:
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
    effect = exported.position_effect
    columns: dict[str, Value] = {
        **dict(exported.model_copy(update={"certificate": None})),
        "certificate": certificate.state if certificate else None,
        "difference": certificate.difference if certificate else None,
        "recounted_at": certificate.finished_at if certificate else None,
        "recount_id": certificate.recount_id if certificate else None,
    }
    del columns["position_effect"]
    columns |= dict(effect) if effect else {}
    return tuple(columns), iter((tuple(columns.values()),))
