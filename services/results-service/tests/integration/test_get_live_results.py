import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities import parameters
from contracts.ids import new_poll_id
from contracts.key_ring import KeyRing
from contracts.problem import Problem
from contracts.results_pass import RESULTS_PASS_TTL, mint_results_pass

type Ask = Callable[..., tuple[int, dict[str, str], dict[str, Any]]]
type Stored = Callable[..., str]
KEYS = KeyRing.read({"current": "k1", "k1": "kept secret"})
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def get_live_results(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("get_live_results")


@pytest.fixture
def pass_secret(aws: Any) -> Iterator[Callable[[dict[str, str]], None]]:
    """Change the secret and clear the functions' cache of it; restore both afterwards."""

    def change(value: dict[str, str]) -> None:
        boto3.client("secretsmanager").put_secret_value(SecretId="passes", SecretString=json.dumps(value))
        parameters.clear_caches()  # type: ignore[no-untyped-call]

    yield change
    change({"current": "k1", "k1": "kept secret"})


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
def test_voter_sees_counts_as_the_policy_allows(
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


@pytest.mark.covers("T23")
def test_a_pass_is_good_for_its_own_poll_only_and_not_for_ever(
    get_live_results: ModuleType, stored: Stored, ask: Ask
) -> None:
    poll_id = stored("after_vote")
    good = mint_results_pass(KEYS, poll_id, NOW)
    foreign_keys = KeyRing.read({"current": "k1", "k1": "another secret"})
    for bad in (
        mint_results_pass(KEYS, new_poll_id(), NOW),
        mint_results_pass(KEYS, poll_id, NOW - RESULTS_PASS_TTL - timedelta(seconds=1)),
        mint_results_pass(foreign_keys, poll_id, NOW),
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        "",
        "v1.k1.x",
        "ü" * 100,
    ):
        status, _, body = ask(get_live_results, "POST", f"/live/results/{poll_id}", {"results_pass": bad})
        assert (status, body["type"]) == (403, "/problems/invalid-results-pass")
        assert "counts" not in body


def test_a_pass_outlives_a_rotation_and_ends_with_its_key(
    aws: Any,
    get_live_results: ModuleType,
    stored: Stored,
    ask: Ask,
    pass_secret: Callable[[dict[str, str]], None],
) -> None:
    poll_id = stored("after_vote")
    shown = {"results_pass": mint_results_pass(KEYS, poll_id, NOW)}
    path = f"/live/results/{poll_id}"
    pass_secret({"current": "k2", "k1": "kept secret", "k2": "another"})
    assert ask(get_live_results, "POST", path, shown)[0] == 200
    pass_secret({"current": "k2", "k2": "another"})
    status, _, body = ask(get_live_results, "POST", path, shown)
    assert (status, body["type"]) == (403, "/problems/invalid-results-pass")


def test_results_pass_grants_only_the_voter_scope(
    get_live_results: ModuleType, stored: Stored, ask: Ask
) -> None:
    """A pass names a poll only; it cannot state that its holder is an organiser."""
    poll_id = stored("never")
    good = mint_results_pass(KEYS, poll_id, NOW)
    path = f"/live/results/{poll_id}"
    for claimed in (good, f"{good}.organiser", good.replace(".k1.", ".k1.organiser."), f"organiser.{good}"):
        assert ask(get_live_results, "POST", path, {"results_pass": claimed})[0] == 403
    for more in ({"scope": "organiser"}, {"poll_id": poll_id}):
        assert ask(get_live_results, "POST", path, {"results_pass": good, **more})[0] == 422
    claims = {"claims": {"sub": "organiser-1"}}
    status, _, body = ask(get_live_results, "POST", path, {"results_pass": good}, None, claims["claims"])
    assert (status, "counts" in body) == (403, False)


def test_valid_pass_for_an_unknown_poll_is_not_found(
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
    assert (status, problem.type) == (422, "/problems/validation-failed")
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


def test_request_bypassing_the_edge_is_rejected(
    get_live_results: ModuleType, stored: Stored, ask: Ask
) -> None:
    poll_id = stored()
    body = {"results_pass": mint_results_pass(KEYS, poll_id, NOW)}
    path = f"/live/results/{poll_id}"
    status, _, answer = ask(get_live_results, "POST", path, body, {"x-origin-verify": "guess"})
    assert (status, answer["type"]) == (403, "/problems/origin-not-verified")
