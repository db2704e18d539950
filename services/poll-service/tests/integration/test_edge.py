"""Checks and headers that all functions behind an HTTP API share."""

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from aws_lambda_powertools.utilities import parameters
from poll_service.domain.poll import Poll

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

type Ask = Callable[..., SimpleNamespace]

FRIEND = "https://friend.example"
PUBLIC = ["get_active_poll", "get_public_poll"]
ADMIN = ["create_poll", "list_polls", "get_poll", "open_poll", "close_poll"]
NOWHERE = "0" * 26


@pytest.mark.parametrize("slug", PUBLIC + ADMIN)
@pytest.mark.parametrize("sent", [None, "", "guessed"], ids=["missing", "empty", "foreign"])
def test_request_without_origin_secret_is_rejected(ask: Ask, slug: str, sent: str | None) -> None:
    answer = ask(slug, headers={"x-origin-verify": sent}, poll_id=NOWHERE)

    assert (answer.status, answer.body["type"]) == (403, "/problems/origin-not-verified")


@pytest.mark.covers("T28")
@pytest.mark.parametrize("slug", PUBLIC + ADMIN)
@pytest.mark.parametrize("name", ["x-origin-verify", "X-Origin-Verify"])
@pytest.mark.parametrize("sent", ["from-the-edge", "from-the-edge-before"])
def test_current_and_previous_origin_secret_are_accepted(ask: Ask, slug: str, name: str, sent: str) -> None:
    answer = ask(slug, headers={"x-origin-verify": None, name: sent}, poll_id=NOWHERE)

    assert answer.body.get("type") != "/problems/origin-not-verified"


def test_unreadable_origin_secret_rejects_every_request(ask: Ask, secrets: "SecretsManagerClient") -> None:
    secrets.delete_secret(SecretId="tot-test-origin", ForceDeleteWithoutRecovery=True)
    parameters.clear_caches()  # type: ignore[no-untyped-call]

    answer = ask("get_active_poll")

    assert (answer.status, answer.body["type"]) == (503, "/problems/unavailable")


@pytest.mark.covers("R31")
@pytest.mark.parametrize("poll_id", [NOWHERE, "given"])
def test_allowed_origin_may_read_public_responses_and_errors(
    ask: Ask, given_open: Callable[..., Poll], poll_id: str
) -> None:
    poll_id = given_open().poll_id if poll_id == "given" else poll_id

    answer = ask("get_public_poll", headers={"origin": FRIEND}, poll_id=poll_id)

    assert answer.status == (404 if poll_id == NOWHERE else 200)
    assert answer.headers["access-control-allow-origin"] == FRIEND
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", f"{FRIEND}.evil.example"])
@pytest.mark.parametrize("slug", PUBLIC)
def test_other_origins_may_not_read_responses(ask: Ask, slug: str, origin: str | None) -> None:
    answer = ask(slug, headers={"origin": origin}, poll_id=NOWHERE)

    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize("slug", PUBLIC + ADMIN)
def test_foreign_path_returns_a_problem(ask: Ask, slug: str) -> None:
    answer = ask(slug, path="/elsewhere")

    assert (answer.status, answer.body["type"]) == (404, "/problems/not-found")


@pytest.mark.parametrize("slug", ["get_poll", "get_public_poll", "get_active_poll", "list_polls"])
def test_internal_error_reveals_no_details(
    ask: Ask, handler: Callable[[str], ModuleType], slug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler(slug).polls, "_table", "no-such-table")

    answer = ask(slug, poll_id=NOWHERE)

    assert answer.status == 500
    assert answer.body == {
        "type": "/problems/internal",
        "title": "Something went wrong on our side",
        "status": 500,
    }
