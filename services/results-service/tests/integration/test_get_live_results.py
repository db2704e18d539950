from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from contracts.ids import new_poll_id
from contracts.keys import KeyRing
from contracts.problem import Problem
from contracts.results_pass import LIFETIME, mint_results_pass

type Ask = Callable[..., tuple[int, dict[str, str], dict[str, Any]]]
type Stored = Callable[..., str]
KEYS = KeyRing.read({"current": "k1", "k1": "kept secret"})
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def get_live_results(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("get_live_results")


@pytest.mark.parametrize(
    ("visibility", "status", "answer"),
    [
        ("always", "open", 200),
        ("after_vote", "open", 200),
        ("after_close", "open", 403),
        ("never", "closed", 403),
        ("always", "draft", 404),
    ],
)
def test_a_voter_sees_what_the_policy_allows_voters(
    get_live_results: ModuleType, stored: Stored, ask: Ask, visibility: str, status: str, answer: int
) -> None:
    poll_id = stored(visibility, status)
    results_pass = mint_results_pass(KEYS, poll_id, NOW)
    got, headers, body = ask(
        get_live_results, "POST", f"/live/results/{poll_id}", {"results_pass": results_pass}
    )
    assert got == answer
    assert ("counts" in body) == (answer == 200)
    assert headers["Cache-Control"] == "private, no-store"


def test_a_pass_is_good_for_its_own_poll_only_and_not_for_ever(
    get_live_results: ModuleType, stored: Stored, ask: Ask
) -> None:
    poll_id = stored("after_vote")
    good = mint_results_pass(KEYS, poll_id, NOW)
    foreign_keys = KeyRing.read({"current": "k1", "k1": "another secret"})
    for bad in (
        mint_results_pass(KEYS, new_poll_id(), NOW),
        mint_results_pass(KEYS, poll_id, NOW - LIFETIME - timedelta(seconds=1)),
        mint_results_pass(foreign_keys, poll_id, NOW),
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        "",
        "v1.k1.x",
        "ü" * 100,
    ):
        status, _, body = ask(get_live_results, "POST", f"/live/results/{poll_id}", {"results_pass": bad})
        assert (status, body["type"]) == (403, "/problems/bad-results-pass")
        assert "counts" not in body


def test_a_valid_pass_for_a_poll_nobody_has_told_of_finds_nothing(
    get_live_results: ModuleType, ask: Ask, poll_id: str
) -> None:
    results_pass = mint_results_pass(KEYS, poll_id, NOW)
    status, _, body = ask(
        get_live_results, "POST", f"/live/results/{poll_id}", {"results_pass": results_pass}
    )
    assert (status, body["type"]) == (404, "/problems/unknown-poll")


def test_a_malformed_poll_is_not_found(get_live_results: ModuleType, ask: Ask) -> None:
    assert ask(get_live_results, "POST", "/live/results/short", {"results_pass": "x"})[0] == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (None, "body"),
        ("{", "body"),
        ([], "body"),
        ({}, "results_pass"),
        ({"results_pass": 5}, "results_pass"),
        ({"results_pass": "x" * 401}, "results_pass"),
        ({"results_pass": "x", "scope": "organiser"}, "scope"),
    ],
)
def test_a_malformed_body_names_the_field_and_repeats_no_value(
    get_live_results: ModuleType, ask: Ask, poll_id: str, body: object, field: str
) -> None:
    status, _, answer = ask(get_live_results, "POST", f"/live/results/{poll_id}", body)
    problem = Problem.model_validate(answer)
    assert (status, problem.type) == (422, "/problems/malformed")
    assert [error.field for error in problem.errors or ()] == [field]
    assert "xxx" not in str(answer)


def test_a_body_that_is_not_declared_as_json_is_refused(
    get_live_results: ModuleType, ask: Ask, poll_id: str
) -> None:
    status, _, body = ask(
        get_live_results, "POST", f"/live/results/{poll_id}", "{}", {"content-type": "text/plain"}
    )
    assert (status, body["type"]) == (415, "/problems/not-json")


def test_a_body_too_large_is_refused(get_live_results: ModuleType, ask: Ask, poll_id: str) -> None:
    status, _, body = ask(get_live_results, "POST", f"/live/results/{poll_id}", " " * 17_000 + "{}")
    assert (status, body["type"]) == (413, "/problems/too-large")


def test_only_what_came_through_the_edge_is_answered(
    get_live_results: ModuleType, stored: Stored, ask: Ask
) -> None:
    poll_id = stored()
    body = {"results_pass": mint_results_pass(KEYS, poll_id, NOW)}
    path = f"/live/results/{poll_id}"
    status, _, answer = ask(get_live_results, "POST", path, body, {"x-origin-verify": "guess"})
    assert (status, answer["type"]) == (403, "/problems/origin-not-verified")
