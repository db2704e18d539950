"""A presenter session reads hidden results while its member still has a role."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest
from chassis.members import PRESENTER_COOKIE, presenter_key
from testkit.events import http_event

from ..conftest import MEMBERS_TABLE

type Stored = Callable[..., str]


@pytest.fixture(scope="module")
def function(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("get_admin_results")


@pytest.fixture
def get(function: ModuleType, aws: Any) -> Callable[[str], tuple[int, dict[str, Any]]]:
    """Store Eva's session; return a function that requests results with its token."""
    boto3.client("dynamodb").put_item(
        TableName=MEMBERS_TABLE,
        Item={
            "subject": {"S": presenter_key("t0ken")},
            "member": {"S": "sub-of-eva"},
            "name": {"S": "eva"},
            "role": {"S": "viewer"},
            "expires_at": {"N": str(int((datetime.now(UTC) + timedelta(hours=1)).timestamp()))},
        },
    )

    def send(poll_id: str, sent: str = "t0ken") -> tuple[int, dict[str, Any]]:
        headers = {"x-origin-verify": "edge", "sec-fetch-site": "same-origin"}
        path, cookies = f"/admin/api/presenter/results/{poll_id}", [f"{PRESENTER_COOKIE}={sent}"]
        answer = function.handler(http_event("GET", path, headers=headers, cookies=cookies), aws.context)
        return answer["statusCode"], json.loads(answer["body"])

    return send


@pytest.mark.parametrize("visibility", ["always", "after_vote", "after_close", "never"])
def test_session_sees_counts_in_any_visibility(
    get: Callable[..., tuple[int, dict[str, Any]]], stored: Stored, visibility: str
) -> None:
    status, body = get(stored(visibility, "open"))
    assert (status, body["counts"]) == (200, {"a": 2, "b": 3})


@pytest.mark.covers("T43")
def test_guessed_token_sees_no_hidden_results(
    get: Callable[..., tuple[int, dict[str, Any]]], stored: Stored
) -> None:
    status, body = get(stored("never", "open"), "guessed")
    assert (status, body["type"], "counts" in body) == (403, "/problems/not-allowed", False)


@pytest.mark.covers("T43")
def test_session_of_a_removed_member_sees_no_hidden_results(
    get: Callable[..., tuple[int, dict[str, Any]]], stored: Stored
) -> None:
    item = {"subject": {"S": "sub-of-eva"}, "role": {"S": "none"}}
    boto3.client("dynamodb").put_item(TableName=MEMBERS_TABLE, Item=item)
    status, body = get(stored("never", "open"))
    boto3.client("dynamodb").delete_item(TableName=MEMBERS_TABLE, Key={"subject": {"S": "sub-of-eva"}})
    assert (status, body["type"], "counts" in body) == (403, "/problems/insufficient-role", False)
