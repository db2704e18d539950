from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
from contracts.api import Results, Turnout
from contracts.problem import Problem

type Ask = Callable[..., tuple[int, dict[str, str], dict[str, Any]]]
type Stored = Callable[..., str]
SITE = "https://friend.example"


@pytest.fixture(scope="module")
def get_results(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("get_results")


def test_results_of_an_open_poll_are_public(get_results: ModuleType, stored: Stored, ask: Ask) -> None:
    poll_id = stored()
    status, headers, body = ask(get_results, "GET", f"/results/{poll_id}")
    assert status == 200
    assert Results.model_validate(body).total == 5
    assert (body["counts"], body["version"], body["status"]) == ({"a": 2, "b": 3}, 7, "open")
    assert headers["Cache-Control"] == "public, max-age=0, s-maxage=2"
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("visibility", "status", "closes_in", "answer"),
    [
        ("after_vote", "open", timedelta(hours=1), 403),
        ("after_close", "open", timedelta(hours=1), 403),
        ("after_close", "open", None, 403),
        ("never", "closed", timedelta(hours=-1), 403),
        ("after_vote", "closed", timedelta(hours=-1), 200),
        ("after_close", "closed", timedelta(hours=-1), 200),
        ("after_close", "open", timedelta(seconds=-1), 200),
        ("always", "draft", None, 404),
    ],
)
def test_public_sees_counts_and_turnout_as_policy_and_clock_allow(
    get_results: ModuleType,
    stored: Stored,
    ask: Ask,
    visibility: str,
    status: str,
    closes_in: timedelta | None,
    answer: int,
) -> None:
    path = f"/results/{stored(visibility, status, closes_in)}"
    for route, field in ((path, "counts"), (f"{path}/turnout", "total")):
        got, headers, body = ask(get_results, "GET", route)
        assert (got, field in body) == (answer, answer == 200)
        assert ("no-store" in headers["Cache-Control"]) == (answer != 200)


@pytest.mark.parametrize("visibility", ["always", "after_vote", "after_close", "never"])
def test_turnout_of_hidden_results_is_visible_if_the_poll_shows_it(
    get_results: ModuleType, stored: Stored, ask: Ask, visibility: str
) -> None:
    path = f"/results/{stored(visibility, show_turnout=True)}"
    got, headers, body = ask(get_results, "GET", f"{path}/turnout")
    assert (got, headers["Cache-Control"]) == (200, "public, max-age=0, s-maxage=2")
    assert Turnout.model_validate(body).total == 5
    assert ask(get_results, "GET", path)[0] == (200 if visibility == "always" else 403)


def test_hidden_results_say_until_when(get_results: ModuleType, stored: Stored, ask: Ask) -> None:
    _, headers, body = ask(get_results, "GET", f"/results/{stored('after_close')}")
    problem = Problem.model_validate(body)
    assert problem.type == "/problems/results-hidden"
    assert "once the poll has closed (20" in (problem.detail or "")
    assert headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("poll", ["0" * 26, "short", "0" * 27, "ILOU" + "0" * 22, "';drop"])
def test_an_unknown_or_malformed_poll_is_not_found(get_results: ModuleType, ask: Ask, poll: str) -> None:
    status, _, body = ask(get_results, "GET", f"/results/{poll}")
    assert (status, Problem.model_validate(body).type) == (404, "/problems/unknown-poll")


def test_votes_of_an_unknown_poll_are_not_shown(
    get_results: ModuleType, aws: Any, ask: Ask, poll_id: str
) -> None:
    counts = {name: {"N": "1"} for name in ("a", "b", "i", "tally_version")}
    item = {
        "pk": {"S": poll_id},
        "sk": {"S": "totals"},
        "updated_at": {"S": "2026-11-23T18:00:00Z"},
        **counts,
    }
    aws.dynamodb.put_item(TableName=aws.table, Item=item)
    assert ask(get_results, "GET", f"/results/{poll_id}")[0] == 404


def test_another_route_is_not_found(get_results: ModuleType, ask: Ask) -> None:
    status, _, body = ask(get_results, "GET", "/results")
    assert (status, Problem.model_validate(body).type) == (404, "/problems/not-found")


@pytest.mark.parametrize(("sent", "answer"), [("edge", 200), ("old", 200), ("", 403), ("guess", 403)])
def test_request_bypassing_the_edge_is_rejected(
    get_results: ModuleType, stored: Stored, ask: Ask, sent: str, answer: int
) -> None:
    status, _, body = ask(get_results, "GET", f"/results/{stored()}", headers={"x-origin-verify": sent})
    assert status == answer
    if answer == 403:
        assert body["type"] == "/problems/origin-not-verified"


def test_an_allowed_origin_may_read_answers_and_errors(
    get_results: ModuleType, stored: Stored, ask: Ask
) -> None:
    for path in (f"/results/{stored()}", f"/results/{'0' * 26}"):
        _, headers, _ = ask(get_results, "GET", path, headers={"origin": SITE})
        assert (headers["Access-Control-Allow-Origin"], headers["Vary"]) == (SITE, "Origin")
        _, headers, _ = ask(get_results, "GET", path, headers={"origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in headers
        assert headers["Vary"] == "Origin"


def test_unreachable_table_returns_503_without_details(
    get_results: ModuleType, ask: Ask, poll_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_results.results, "_table", "no-such-table")
    status, _, body = ask(get_results, "GET", f"/results/{poll_id}")
    assert (status, Problem.model_validate(body).type) == (503, "/problems/unavailable")
    assert "table" not in str(body)


@pytest.mark.covers("T30")
def test_defect_returns_500_without_details(
    get_results: ModuleType, ask: Ask, poll_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(get_results, "results", None)
    status, _, body = ask(get_results, "GET", f"/results/{poll_id}")
    assert (status, Problem.model_validate(body).type) == (500, "/problems/internal")
    assert "NoneType" not in str(body)
