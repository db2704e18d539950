"""The audit log: written once, read newest first, for all polls or one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from chassis.audit_log import AUDIT_RETENTION, AuditLog, PendingAuditEvent, put_of
from chassis.organiser import Principal
from contracts.audit_log import AuditAction, AuditEvent, AuditLogPage
from contracts.ids import new_poll_id
from contracts.roles import Role

from .conftest import TABLE, TEMPLATE

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TABLE_POLICY = TEMPLATE["Resources"]["AuditLogTable"]["Properties"]["ResourcePolicy"]["PolicyDocument"][
    "Statement"
]

type Ask = Callable[..., SimpleNamespace]

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DONE = PendingAuditEvent(Principal("sub-of-ada", "ada", Role.EDITOR), AuditAction.POLL_OPENED, NOON)
VIEWER = {"sub": "sub-of-vic", "username": "vic", "cognito:groups": "[viewer]"}


@pytest.fixture
def write(dynamodb: "DynamoDBClient") -> Callable[[AuditEvent], None]:
    return AuditLog(dynamodb, TABLE).add


def test_audit_log_is_paged_newest_first_without_a_gap(ask: Ask, write: Callable[[AuditEvent], None]) -> None:
    polls = [new_poll_id(), new_poll_id()]
    written = []
    for number in range(7):  # several entries have the same time
        at = NOON + timedelta(seconds=number // 2)
        entry = replace(DONE, at=at, about=str(number)).entry(polls[number % 2], number + 1)
        write(entry)
        written.append(entry)

    seen: list[AuditEvent] = []
    cursor: str | None = None
    pages = 0
    while pages == 0 or cursor:
        query = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        answer = ask("read_audit_log", query=query, claims=VIEWER)
        page = AuditLogPage.model_validate(answer.body)
        seen += page.entries
        cursor, pages = page.next_cursor, pages + 1
    assert pages == 3
    assert [entry.at for entry in seen] == sorted((entry.at for entry in written), reverse=True)
    assert sorted(seen, key=lambda entry: entry.about or "") == written

    of_one = AuditLogPage.model_validate(ask("read_audit_log", query={"poll_id": polls[1]}).body)
    assert [entry.about for entry in of_one.entries] == ["5", "3", "1"]
    first = AuditLogPage.model_validate(ask("read_audit_log", query={"poll_id": polls[1], "limit": "2"}).body)
    assert first.next_cursor
    rest = ask("read_audit_log", query={"poll_id": polls[1], "cursor": first.next_cursor})
    assert [entry["about"] for entry in rest.body["entries"]] == ["1"]


@pytest.mark.covers("T27", "R27")
def test_entry_is_never_overwritten(dynamodb: "DynamoDBClient") -> None:
    put = put_of(DONE.entry(), TABLE)
    dynamodb.put_item(**put)
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.put_item(**put)


def test_entry_contains_actor_action_time_and_poll_and_expires_in_two_years(
    dynamodb: "DynamoDBClient",
) -> None:
    poll_id = new_poll_id()
    AuditLog(dynamodb, TABLE).add(DONE.entry(poll_id, 3))
    [item] = dynamodb.scan(TableName=TABLE)["Items"]
    assert item.pop("entry")["S"].startswith("2026-05-04T12:00:00.000Z#")
    assert item == {
        "audit_log": {"S": "all"},
        "at": {"S": "2026-05-04T12:00:00.000Z"},
        "subject": {"S": "sub-of-ada"},
        "name": {"S": "ada"},
        "action": {"S": "poll.opened"},
        "poll_id": {"S": poll_id},
        "revision": {"N": "3"},
        "expires_at": {"N": str(int((NOON + AUDIT_RETENTION).timestamp()))},
    }


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "x"},
        {"cursor": "AAAA"},
        {"cursor": "Ly8vLw=="},
        {"limit": "0"},
        {"limit": "101"},
        {"poll_id": "x"},
        {"who": "ada"},
    ],
)
def test_invalid_query_is_refused(ask: Ask, query: dict[str, str]) -> None:
    answer = ask("read_audit_log", query=query)
    assert (answer.status, answer.body["type"]) == (422, "/problems/validation-failed")


def test_organiser_without_a_role_cannot_read_the_audit_log(ask: Ask) -> None:
    answer = ask("read_audit_log", claims={"sub": "sub-of-eve", "username": "eve"})
    assert (answer.status, answer.body["type"]) == (403, "/problems/insufficient-role")


@pytest.mark.covers("R27")
def test_table_policy_denies_every_principal_to_change_or_remove_an_entry() -> None:
    statement, _ = TABLE_POLICY
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert "Condition" not in statement
    denied = {"UpdateItem", "DeleteItem", "BatchWriteItem", "PartiQL*"}
    assert {action.removeprefix("dynamodb:") for action in statement["Action"]} == denied


@pytest.mark.covers("R27")
def test_table_policy_lets_only_functions_add_entries() -> None:
    """A put without a condition, such as one by hand, would replace an entry."""
    _, statement = TABLE_POLICY
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == (
        "Deny",
        "*",
        "dynamodb:PutItem",
    )
    functions = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/tot-${Environment}-*"
    assert statement["Condition"] == {"ArnNotLike": {"aws:PrincipalArn": {"Fn::Sub": functions}}}


def test_table_has_no_stream_and_the_index_that_the_reader_queries() -> None:
    table = TEMPLATE["Resources"]["AuditLogTable"]["Properties"]
    assert "StreamSpecification" not in table
    [index] = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "by_poll"
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
