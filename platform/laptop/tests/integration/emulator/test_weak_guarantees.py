"""With `--weak-guarantees` the emulator is as weak as AWS, without it stronger: a test per behaviour."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from laptop.emulator.patches import late_schedules, lost_acknowledgements, stale_reads, stale_user_lists
from ministack.services import cognito, dynamodb, eventbridge, lambda_svc, scheduler
from ministack.services.cloudformation import engine

PATCHED = (
    (scheduler, "_at_time_epoch"),
    (cognito, "_run_idp_handler"),
    (cognito, "_resolve_pool"),
    (dynamodb, "_set_item"),
    (dynamodb, "_remove_item"),
    *((dynamodb, read) for read in stale_reads.READS),
    (lambda_svc, "_execute_function"),
    (eventbridge, "_dispatch_to_lambda"),
)
TABLE = {
    "TableName": "polls",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "list")],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-list",
            "KeySchema": [{"AttributeName": "list", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture(autouse=True)
def _unpatched_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in PATCHED:
        monkeypatch.setattr(module, name, getattr(module, name))
    monkeypatch.setattr(dynamodb._tables, "__class__", type(dynamodb._tables))
    for remembered in (stale_reads._changes, stale_user_lists._before, lost_acknowledgements._seen):
        remembered.clear()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that stands still; `now` moves it."""
    stopped = SimpleNamespace(now=1000.0)
    stopped.monotonic = lambda: stopped.now
    for module in (stale_reads, stale_user_lists):
        monkeypatch.setattr(module, "time", stopped)
    return stopped


weak_and_strong = pytest.mark.parametrize("weak", [True, False], ids=["weak", "strong"])


@weak_and_strong
def test_weak_schedule_runs_at_the_end_of_its_minute(weak: bool) -> None:
    if weak:
        late_schedules.apply()
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC).timestamp()
    late = scheduler._at_time_epoch("at(2026-01-02T03:04:05)") - moment
    assert late == (59 if weak else 0)
    assert scheduler._at_time_epoch("rate(1 minute)") is None


@pytest.fixture
def table() -> Any:
    """An empty table with an index."""
    dynamodb._create_table(TABLE)
    yield
    dynamodb._delete_table({"TableName": "polls"})


def put(title: str) -> None:
    item = {"id": {"S": "1"}, "list": {"S": "all"}, "title": {"S": title}}
    dynamodb._put_item({"TableName": "polls", "Item": item})


def titles(read: str, **request: Any) -> list[str]:
    status, _, body = getattr(dynamodb, read)(request)
    assert status == 200, body
    found = json.loads(body)
    items = found.get("Items") or found.get("Responses", {}).get("polls") or [found.get("Item")]
    return [item["title"]["S"] for item in items if item]


KEY = {"id": {"S": "1"}}
QUERY = {
    "KeyConditionExpression": "#list = :all",
    "ExpressionAttributeNames": {"#list": "list"},
    "ExpressionAttributeValues": {":all": {"S": "all"}},
}
READS: dict[str, Callable[[], list[str]]] = {
    "get": lambda: titles("_get_item", TableName="polls", Key=KEY),
    "batch": lambda: titles("_batch_get_item", RequestItems={"polls": {"Keys": [KEY]}}),
    "index": lambda: titles("_query", TableName="polls", IndexName="by-list", **QUERY),
    "scan": lambda: titles("_scan", TableName="polls"),
}


@weak_and_strong
@pytest.mark.usefixtures("table")
def test_weak_read_returns_the_item_of_a_second_ago(weak: bool, clock: SimpleNamespace) -> None:
    if weak:
        stale_reads.apply()

    def expect(stale: list[str], newest: list[str]) -> None:
        assert {name: read() for name, read in READS.items()} == dict.fromkeys(
            READS, stale if weak else newest
        )
        assert titles("_get_item", TableName="polls", Key=KEY, ConsistentRead=True) == newest

    put("first")
    expect([], ["first"])
    clock.now += stale_reads.LAG_SECONDS
    put("second")
    put("third")
    expect(["first"], ["third"])
    clock.now += stale_reads.LAG_SECONDS
    dynamodb._delete_item({"TableName": "polls", "Key": KEY})
    expect(["third"], [])
    clock.now += stale_reads.LAG_SECONDS
    expect([], [])


@weak_and_strong
def test_weak_list_of_users_is_that_of_seconds_ago(weak: bool, clock: SimpleNamespace) -> None:
    if weak:
        stale_user_lists.apply()

    def call(handler: str, action: str, **data: Any) -> Any:
        status, _, body = cognito._run_idp_handler(getattr(cognito, handler), action, data)
        assert status == 200, body
        return json.loads(body or b"{}")

    pool = call("_create_user_pool", "CreateUserPool", PoolName="members")["UserPool"]["Id"]
    call("_create_group", "CreateGroup", UserPoolId=pool, GroupName="owner")

    def listed() -> list[list[str]]:
        users = call("_list_users", "ListUsers", UserPoolId=pool)["Users"]
        owners = call("_list_users_in_group", "ListUsersInGroup", UserPoolId=pool, GroupName="owner")["Users"]
        return [[user["Username"] for user in found] for found in (users, owners)]

    user = {"UserPoolId": pool, "Username": "ada"}
    call("_admin_create_user", "AdminCreateUser", **user)
    call("_admin_add_user_to_group", "AdminAddUserToGroup", GroupName="owner", **user)
    assert call("_admin_get_user", "AdminGetUser", **user)["Username"] == "ada"
    assert listed() == ([[], []] if weak else [["ada"], ["ada"]])
    clock.now += stale_user_lists.LAG_SECONDS
    assert listed() == [["ada"], ["ada"]]
    call("_admin_delete_user", "AdminDeleteUser", **user)
    assert listed() == ([["ada"], ["ada"]] if weak else [[], []])
    call("_delete_user_pool", "DeleteUserPool", UserPoolId=pool)


@weak_and_strong
@pytest.mark.parametrize("source", ["aws:dynamodb", "aws:sqs"])
def test_weak_batch_is_delivered_twice(weak: bool, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([{"error": True}, {"body": "done"}, {"body": "done"}])
    monkeypatch.setattr(lambda_svc, "_execute_function", lambda _function, _event: next(answers))
    if weak:
        lost_acknowledgements.apply()
    function = {"config": {"FunctionArn": "arn"}}
    event = {"Records": [{"eventSource": source, "messageId": "1"}]}
    failed = [bool(lambda_svc._execute_function(function, event).get("error")) for _ in range(3)]
    assert failed == ([True, True, False] if weak else [True, False, False])


def test_weak_delivery_answers_a_request_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lambda_svc, "_execute_function", lambda _function, _event: {"body": "done"})
    lost_acknowledgements.apply()
    assert lambda_svc._execute_function({}, {"version": "2.0"}) == {"body": "done"}


@weak_and_strong
def test_weak_schedule_invokes_its_function_twice(weak: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(eventbridge, "_dispatch_to_lambda", lambda arn, _payload: calls.append(arn))
    if weak:
        lost_acknowledgements.apply()
    eventbridge._dispatch_to_lambda("arn", "{}")
    assert calls == ["arn"] * (2 if weak else 1)


def test_ministack_keeps_a_secret_reference_of_an_unchanged_resource(monkeypatch: pytest.MonkeyPatch) -> None:
    """As CloudFormation does; so a rotated secret needs a changed reference on the laptop, too."""
    monkeypatch.setattr(engine, "_resolve_dynamic_reference", lambda _literal: "new")
    literal = "{{resolve:secretsmanager:edge:SecretString:current}}"
    kept, _ = engine._resolve_dynamic_references(literal, {literal: "old"}, reuse_secrets=True)
    changed, _ = engine._resolve_dynamic_references(literal, {literal: "old"}, reuse_secrets=False)
    assert (kept, changed) == ("old", "new")
