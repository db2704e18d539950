"""Fault injection: its effect on a function's SDK and on a workflow's own write, and unaffected calls."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from laptop.emulator.faults import CONTROL_PATH

COUNTER = {"id": {"S": "counter"}}
READER = """
    import json
    def handler(event, context):
        names = [record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]]
        print("delivered", json.dumps(names))
"""


@pytest.fixture(scope="module")
def table(repaired: Any) -> str:
    repaired.aws("dynamodb").create_table(
        TableName="struck",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return "struck"


@pytest.fixture(scope="module")
def role(repaired: Any) -> str:
    """A role with all permissions that these tests need."""
    arn = str(repaired.role("struck"))
    statement = {"Effect": "Allow", "Action": ["dynamodb:*", "lambda:*", "logs:*"], "Resource": "*"}
    repaired.aws("iam").put_role_policy(
        RoleName="struck",
        PolicyName="all",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )
    return arn


@pytest.fixture(scope="module")
def as_role(repaired: Any, role: str) -> Callable[[int], Any]:
    """Return a factory of DynamoDB clients with a role's credentials, like a function's."""
    given = repaired.aws("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]

    def make(attempts: int) -> Any:
        return boto3.client(
            "dynamodb",
            endpoint_url=repaired.instance.endpoint,
            region_name="us-east-1",
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
            config=Config(retries={"mode": "standard", "total_max_attempts": attempts}, read_timeout=240),
        )

    return make


class Control:
    def __init__(self, endpoint: str) -> None:
        self._address = endpoint + CONTROL_PATH

    def __call__(self, *rules: dict[str, Any]) -> None:
        assert httpx.put(self._address, json=list(rules)).status_code == 200

    def struck(self) -> dict[str, int]:
        found: dict[str, int] = httpx.get(self._address).json()["struck"]
        return found

    def end(self) -> None:
        assert httpx.delete(self._address).json()["rules"] == []


@pytest.fixture
def strike(repaired: Any) -> Iterator[Control]:
    control = Control(repaired.instance.endpoint)
    yield control
    control.end()


def rule(kind: str, share: float = 1.0, **more: Any) -> dict[str, Any]:
    return {"service": "dynamodb", "operation": "PutItem", "kind": kind, "share": share, **more}


def stored(repaired: Any, name: str) -> bool:
    return "Item" in repaired.aws("dynamodb").get_item(TableName="struck", Key={"id": {"S": name}})


def put(client: Any, name: str) -> None:
    client.put_item(TableName="struck", Item={"id": {"S": name}})


def test_a_call_with_a_lost_answer_writes(repaired: Any, table: str, as_role: Any, strike: Control) -> None:
    strike(rule("lost"))
    with pytest.raises(HTTPClientError):
        put(as_role(1), "lost")
    assert stored(repaired, "lost")
    assert strike.struck() == {"dynamodb PutItem lost": 1}


def test_a_reset_call_does_not_write(repaired: Any, table: str, as_role: Any, strike: Control) -> None:
    strike(rule("reset"))
    with pytest.raises(HTTPClientError):
        put(as_role(1), "reset")
    assert not stored(repaired, "reset")


def test_a_throttled_call_is_rejected_as_on_aws(
    repaired: Any, table: str, as_role: Any, strike: Control
) -> None:
    strike(rule("throttled"))
    with pytest.raises(ClientError) as refused:
        put(as_role(2), "throttled")
    assert refused.value.response["Error"]["Code"] == "ThrottlingException"
    assert strike.struck() == {"dynamodb PutItem throttled": 2}, "the SDK retries it"
    assert not stored(repaired, "throttled")


def test_a_lost_answer_makes_the_sdk_add_twice(
    repaired: Any, table: str, as_role: Any, strike: Control
) -> None:
    strike({**rule("lost"), "operation": "UpdateItem"})
    add = {"TableName": "struck", "Key": COUNTER, "UpdateExpression": "ADD n :one"}
    with pytest.raises(HTTPClientError):
        as_role(2).update_item(**add, ExpressionAttributeValues={":one": {"N": "1"}})
    found = repaired.aws("dynamodb").get_item(TableName="struck", Key=COUNTER)["Item"]
    assert found["n"] == {"N": "2"}


def test_root_calls_and_other_operations_are_not_affected(
    repaired: Any, table: str, as_role: Any, strike: Control
) -> None:
    strike(rule("reset"))
    put(repaired.aws("dynamodb"), "root")
    as_role(1).get_item(TableName="struck", Key={"id": {"S": "root"}})
    assert strike.struck() == {}


def test_removed_rules_strike_no_call(repaired: Any, table: str, as_role: Any, strike: Control) -> None:
    strike(rule("reset"))
    strike.end()
    put(as_role(1), "spared")
    assert stored(repaired, "spared")


@pytest.mark.parametrize(("kind", "happened"), [("lost", True), ("reset", False), ("throttled", False)])
def test_rules_strike_a_workflows_own_write(
    repaired: Any, table: str, role: str, strike: Control, kind: str, happened: bool
) -> None:
    write = {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:putItem",
        "Parameters": {"TableName": "struck", "Item": {"id": {"S": f"workflow-{kind}"}}},
        "End": True,
    }
    states = repaired.aws("stepfunctions")
    machine = states.create_state_machine(
        name=f"struck-{kind}",
        definition=json.dumps({"StartAt": "Write", "States": {"Write": write}}),
        roleArn=role,
        type="EXPRESS",
    )
    strike(rule(kind))
    done = states.start_sync_execution(stateMachineArn=machine["stateMachineArn"], input="{}")
    assert done["status"] == "FAILED"
    assert done["error"].startswith("DynamoDB.")
    assert stored(repaired, f"workflow-{kind}") is happened


def test_a_killed_reader_redelivers_its_batch_and_continues(
    repaired: Any, table: str, role: str, strike: Control, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    repaired.function("struck-reader", READER)
    stream = repaired.aws("dynamodb").describe_table(TableName="struck")["Table"]["LatestStreamArn"]
    mapping = repaired.aws("lambda").create_event_source_mapping(
        FunctionName="struck-reader", EventSourceArn=stream, StartingPosition="TRIM_HORIZON", BatchSize=100
    )

    def delivered(name: str) -> int:
        try:
            events = repaired.aws("logs").filter_log_events(logGroupName="/aws/lambda/struck-reader")[
                "events"
            ]
        except ClientError:
            return 0
        return sum("delivered" in event["message"] and name in event["message"] for event in events)

    try:
        strike({"service": "streams", "kind": "killed", "share": 1.0})
        put(repaired.aws("dynamodb"), "read-twice")
        eventually(lambda: delivered("read-twice") >= 2)
        strike.end()
        put(repaired.aws("dynamodb"), "read-after")
        eventually(lambda: delivered("read-after") >= 1)
    finally:
        repaired.aws("lambda").delete_event_source_mapping(UUID=mapping["UUID"])


@pytest.mark.parametrize(
    "rules",
    ["no JSON", '[{"kind": "lost"}]', '[{"kind": "lost", "share": 2}]', '[{"kind": "odd", "share": 1}]'],
)
def test_invalid_rules_are_rejected(repaired: Any, rules: str) -> None:
    answer = httpx.put(repaired.instance.endpoint + CONTROL_PATH, content=rules)
    assert answer.status_code == 400
    assert "validation error" in answer.text


def test_no_page_can_switch_faults_on(repaired: Any) -> None:
    headers = {"Origin": "https://evil.example"}
    address = repaired.instance.endpoint + CONTROL_PATH
    assert httpx.put(address, headers=headers, json=[]).status_code == 403
    assert httpx.put(repaired.instance.site + CONTROL_PATH, json=[]).status_code == 404
