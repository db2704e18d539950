"""Exported files: totals, votes over time, and the vote log without voters."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from contracts.model import format_instant
from contracts.recount import Certificate, RecountState, VoteCounts
from contracts.results_export import ExportedSeries, ExportedTotals, ExportedVoteLog
from results_service.adapters.recounts import Recounts
from results_service.domain.hash_chain import CHAIN_START
from testkit.events import http_event

from .conftest import NOW
from .vote_logs import VoteLogDouble

type Stored = Callable[..., str]
type Export = Callable[..., tuple[int, dict[str, str], str]]
SIGNED_IN = {"sub": "b3f1", "scope": "polls/admin", "cognito:groups": "[viewer]"}
AGO = timedelta(minutes=-5)


@pytest.fixture(scope="module")
def export_results(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("export_results")


@pytest.fixture
def log(export_results: ModuleType, monkeypatch: pytest.MonkeyPatch) -> VoteLogDouble:
    double = VoteLogDouble(closes_at=format_instant(NOW + AGO))
    monkeypatch.setattr(export_results.exporter.vote_log, "_client", double)
    return double


@pytest.fixture
def export(export_results: ModuleType, aws: Any) -> Export:
    """Request an export as API Gateway does; return status, headers and body."""

    def send(
        poll_id: str, claims: dict[str, str] = SIGNED_IN, edge: str = "edge", **query: str
    ) -> tuple[int, dict[str, str], str]:
        path = f"/admin/api/results/{poll_id}/export?{urlencode(query)}"
        event = http_event("GET", path, headers={"x-origin-verify": edge}, claims=claims, route="$default")
        answer = export_results.handler(event, aws.context)
        return answer["statusCode"], answer["headers"], answer["body"]

    return send


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline=""), strict=True))


def pages_of(export: Export, poll_id: str, form: str) -> list[str]:
    """Follow `Link` from the first page to the last; return the bodies."""
    query, bodies = {"what": "vote-log", "format": form}, []
    while True:
        status, headers, body = export(poll_id, **query)
        assert status == 200, body
        bodies.append(body)
        if "Link" not in headers:
            return bodies
        address, _, relation = headers["Link"].partition("; ")
        assert relation == 'rel="next"'
        query = {name: values[0] for name, values in parse_qs(urlsplit(address.strip("<>")).query).items()}


@pytest.mark.parametrize("visibility", ["always", "after_vote", "after_close", "never"])
@pytest.mark.parametrize("status", ["open", "closed"])
def test_totals_say_whether_the_public_sees_them(
    export: Export, stored: Stored, visibility: str, status: str
) -> None:
    poll_id = stored(visibility, status)
    got, headers, text = export(poll_id)
    assert (got, headers["Cache-Control"]) == (200, "private, no-store")
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert headers["Content-Disposition"] == f'attachment; filename="{poll_id}-totals.csv"'
    (row,) = rows_of(text)
    hidden = visibility == "never" or (visibility != "always" and status == "open")
    assert (row["a"], row["b"], row["total"], row["invalid"]) == ("2", "3", "5", "1")
    assert (row["result_visibility"], row["status"]) == (visibility, status)
    assert row["hidden_from_public"] == ("yes" if hidden else "no")
    assert row["certificate"] == ""


def test_exported_totals_include_the_newest_certificate(export: Export, stored: Stored, aws: Any) -> None:
    poll_id = stored("never", "closed", AGO)
    counts = VoteCounts(a=2, b=3, invalid=1)
    found = Certificate(
        poll_id=poll_id,
        recount_id="1777921245000-close",
        state=RecountState.CERTIFIED,
        certified=True,
        reason="All agree.",
        log=counts,
        counters=counts,
        shown=counts,
        difference=0,
        closes_at=NOW + AGO,
        started_at=NOW,
        finished_at=NOW,
    )
    Recounts(aws.dynamodb, aws.table).certify(found, over=False)
    (row,) = rows_of(export(poll_id)[2])
    assert (row["certificate"], row["difference"], row["recount_id"]) == ("certified", "0", found.recount_id)
    exported = ExportedTotals.model_validate_json(export(poll_id, format="json")[2])
    assert (exported.certificate, exported.hidden_from_public, exported.total) == (found, True, 5)


def test_the_series_in_both_formats_is_the_same(export: Export, stored: Stored) -> None:
    poll_id = stored("after_close")
    status, headers, text = export(poll_id, what="series", format="json")
    assert (status, headers["Content-Type"]) == (200, "application/json")
    assert headers["Content-Disposition"] == f'attachment; filename="{poll_id}-series.json"'
    exported = ExportedSeries.model_validate_json(text)
    rows = rows_of(export(poll_id, what="series")[2])
    assert [(row["at"], int(row["a"]), int(row["b"]), int(row["total"])) for row in rows] == [
        (format_instant(point.at), point.a, point.b, point.a + point.b) for point in exported.points
    ]
    assert exported.hidden_from_public
    assert {row["hidden_from_public"] for row in rows} == {"yes"}


def test_the_pages_of_a_vote_log_hold_every_vote_once_and_join_to_one_file(
    export: Export, stored: Stored, log: VoteLogDouble
) -> None:
    poll_id = stored("never", "closed", AGO)
    log.logs[poll_id] = "aabbi" * 40 + "b" * 33
    texts = pages_of(export, poll_id, "csv")
    assert len(texts) > 1
    rows = rows_of("".join(texts))
    pages = [ExportedVoteLog.model_validate_json(text) for text in pages_of(export, poll_id, "json")]
    groups = [group for page in pages for group in page.groups]
    assert [(int(row["a"]), int(row["b"])) for row in rows] == [(group.a, group.b) for group in groups]
    assert (sum(group.a for group in groups), sum(group.b for group in groups)) == (80, 113)
    assert sum(page.invalid for page in pages) == 40
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]
    assert {row["hidden_from_public"] for row in rows} == {"yes"}


@pytest.mark.covers("T29")
def test_a_vote_log_names_no_voter_and_no_moment(export: Export, stored: Stored, log: VoteLogDouble) -> None:
    poll_id = stored("always", "closed", AGO)
    log.logs[poll_id] = "ab" * 10
    (text,) = pages_of(export, poll_id, "csv")
    assert list(rows_of(text)[0]) == ["starts_at", "ends_at", "a", "b", "hidden_from_public"]
    (page,) = pages_of(export, poll_id, "json")
    line = json.loads(page)
    assert set(line) == {
        "poll_id", "result_visibility", "hidden_from_public", "groups", "invalid", "last", "chain",
    }  # fmt: skip
    assert set(line["groups"][0]) == {"starts_at", "ends_at", "a", "b"}


@pytest.mark.covers("T29")
@pytest.mark.parametrize(("status", "closes_in"), [("open", None), ("open", timedelta(hours=1))])
def test_vote_log_export_of_an_open_poll_is_rejected(
    export: Export, stored: Stored, log: VoteLogDouble, status: str, closes_in: timedelta | None
) -> None:
    poll_id = stored("always", status, closes_in)
    log.logs[poll_id] = "ab"
    got, _, text = export(poll_id, what="vote-log")
    assert (got, json.loads(text)["type"]) == (409, "/problems/invalid-state")
    assert log.asked == []


def test_vote_log_export_waits_until_the_log_is_sealed(
    export: Export, stored: Stored, log: VoteLogDouble
) -> None:
    poll_id = stored("always", "closed", AGO)
    log.logs[poll_id], log.sealed = "ab" * 10, False
    got, _, text = export(poll_id, what="vote-log", format="json")
    assert (got, json.loads(text)["type"]) == (409, "/problems/invalid-state")
    assert "within a minute of the poll's close" in json.loads(text)["detail"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"what": "voters"}, "what"),
        ({"format": "xlsx"}, "format"),
        ({"what": "vote-log", "cursor": "nonsense"}, "cursor"),
        ({"what": "vote-log", "cursor": "0."}, "cursor"),
        ({"what": "vote-log", "cursor": f"99..{CHAIN_START}"}, "cursor"),
        ({"what": "vote-log", "cursor": f"0.gA.{CHAIN_START}"}, "cursor"),
        ({"what": "vote-log", "cursor": f"0.{'A' * 1368}.{CHAIN_START}"}, "cursor"),
        ({"cursor": f"0..{CHAIN_START}"}, "cursor"),
        ({"until": "now"}, "until"),
    ],
)
def test_invalid_query_returns_errors_by_field(
    export: Export, stored: Stored, log: VoteLogDouble, query: dict[str, str], field: str
) -> None:
    poll_id = stored("always", "closed", AGO)
    log.logs[poll_id] = "ab"
    status, _, text = export(poll_id, **query)
    body = json.loads(text)
    assert (status, body["type"]) == (422, "/problems/validation-failed")
    assert [error["field"] for error in body["errors"]] == [field]


def test_unreadable_vote_log_makes_the_export_retryable(
    export: Export, stored: Stored, log: VoteLogDouble
) -> None:
    poll_id = stored("always", "closed", AGO)
    status, _, text = export(poll_id, what="vote-log")
    assert (status, json.loads(text)["type"]) == (503, "/problems/unavailable")
    assert log.logs == {}


@pytest.mark.covers("T23")
@pytest.mark.parametrize("what", ["totals", "series", "vote-log"])
def test_nobody_but_an_organiser_through_the_edge_takes_anything_home(
    export: Export, stored: Stored, what: str
) -> None:
    poll_id = stored("always", "closed", AGO)
    for refused in (
        export(poll_id, what=what, claims={}),
        export(poll_id, what=what, edge=""),
        export(poll_id, what=what, claims={**SIGNED_IN, "cognito:groups": "[]"}),
    ):
        assert refused[0] == 403
        assert "total" not in json.loads(refused[2])


@pytest.mark.parametrize("what", ["totals", "series", "vote-log"])
@pytest.mark.parametrize("poll", ["0" * 26, "short"])
def test_export_of_an_unknown_poll_is_not_found(export: Export, what: str, poll: str) -> None:
    status, _, text = export(poll, what=what)
    assert (status, json.loads(text)["type"]) == (404, "/problems/unknown-poll")


@pytest.mark.covers("T27", "R27")
def test_audit_log_records_each_export_once(
    export: Export, stored: Stored, log: VoteLogDouble, aws: Any
) -> None:
    def audit_log() -> list[tuple[str, ...]]:
        found = aws.dynamodb.scan(TableName="tot-test-audit-log")["Items"]
        ours = sorted(
            (item for item in found if item.get("poll_id", {}).get("S") == poll_id),
            key=lambda item: item["entry"]["S"],
        )
        return [tuple(item[name]["S"] for name in ("subject", "action", "about")) for item in ours]

    poll_id = stored("never", "open")
    assert export(poll_id, what="vote-log")[0] == 409
    assert audit_log() == [], "nothing was handed out"
    stored("never", "closed", AGO)
    log.logs[poll_id] = "ab" * 100
    assert len(pages_of(export, poll_id, "csv")) > 1
    export(poll_id, what="totals", format="json")

    assert audit_log() == [
        ("b3f1", "results.exported", "vote-log, csv"),
        ("b3f1", "results.exported", "totals, json"),
    ]
