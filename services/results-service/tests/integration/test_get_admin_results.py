from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

type Ask = Callable[..., tuple[int, dict[str, str], dict[str, Any]]]
type Stored = Callable[..., str]
SIGNED_IN = {"sub": "b3f1", "scope": "polls/admin", "cognito:groups": "[editor]"}


@pytest.fixture(scope="module")
def get_admin_results(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("get_admin_results")


@pytest.mark.parametrize("visibility", ["always", "after_vote", "after_close", "never"])
@pytest.mark.parametrize("status", ["draft", "open", "closed"])
def test_organiser_sees_counts_in_any_visibility_and_status(
    get_admin_results: ModuleType, stored: Stored, ask: Ask, visibility: str, status: str
) -> None:
    poll_id = stored(visibility, status)
    got, headers, body = ask(get_admin_results, "GET", f"/admin/api/results/{poll_id}", claims=SIGNED_IN)
    assert (got, body["counts"], body["status"]) == (200, {"a": 2, "b": 3}, status)
    assert headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("poll", ["0" * 26, "short"])
def test_an_unknown_or_malformed_poll_is_not_found(
    get_admin_results: ModuleType, ask: Ask, poll: str
) -> None:
    status, _, body = ask(get_admin_results, "GET", f"/admin/api/results/{poll}", claims=SIGNED_IN)
    assert (status, body["type"]) == (404, "/problems/unknown-poll")


def test_request_bypassing_the_edge_is_rejected(
    get_admin_results: ModuleType, stored: Stored, ask: Ask
) -> None:
    path = f"/admin/api/results/{stored()}"
    status, _, body = ask(get_admin_results, "GET", path, None, {"x-origin-verify": ""}, SIGNED_IN)
    assert (status, body["type"]) == (403, "/problems/origin-not-verified")


def test_request_without_organiser_is_rejected(
    get_admin_results: ModuleType, stored: Stored, ask: Ask
) -> None:
    status, _, body = ask(get_admin_results, "GET", f"/admin/api/results/{stored()}")
    assert (status, body["type"]) == (403, "/problems/not-allowed")
