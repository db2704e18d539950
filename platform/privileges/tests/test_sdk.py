"""Calls of handlers in a test's own process belong to their function; a test's own calls belong to none."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from chassis.aws import deadline
from privileges.calls import Call, Recorder, read_calls, running
from privileges.sdk import RecordedSession
from testkit.events import lambda_context

HANDLER = "dynamodb, lambdas = session.client('dynamodb'), session.client('lambda')"
INVOCATION: Any = lambda_context()
AT = "arn:aws:{}:eu-central-1:123456789012:{}"
STATE = AT.format("dynamodb", "table/tot-test-voting-state")
LOG = AT.format("dynamodb", "table/tot-test-audit-log")


@pytest.fixture
def session(tmp_path: Path) -> boto3.Session:
    """A session that records, with an answer to each call instead of AWS."""
    recorded: Any = RecordedSession(Recorder(tmp_path / "contract"), lambda _: "pk")
    recorded.register("before-call", lambda **_: (AWSResponse("", 200, HTTPHeaders(), None), {}))
    key = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
    return boto3.Session(botocore_session=recorded, region_name="eu-central-1", **key)


@pytest.fixture
def handler(session: boto3.Session) -> Iterator[Any]:
    """The module of a handler, which creates its clients during its import, in an invocation."""
    module: Any = ModuleType("vote_service.handlers.take_vote")
    module.session = session
    exec(HANDLER, vars(module))  # noqa: S102 (a module without a file)
    with deadline(INVOCATION):
        yield module


@pytest.fixture
def recorded(tmp_path: Path) -> Any:
    return lambda: set(read_calls(tmp_path))


def test_call_belongs_to_the_handler_that_created_the_client(handler: Any, recorded: Any) -> None:
    handler.dynamodb.get_item(TableName="tot-test-voting-state", Key={"pk": {"S": "#proof#1"}})
    handler.lambdas.invoke(FunctionName="tot-test-read-vote-log")
    assert recorded() == {
        Call("take_vote", "dynamodb:GetItem", STATE, "#proof#"),
        Call("take_vote", "lambda:InvokeFunction", AT.format("lambda", "function:tot-test-read-vote-log")),
    }


def test_transaction_is_one_call_for_each_action(handler: Any, recorded: Any) -> None:
    check = {"TableName": "tot-test-voting-state", "Key": {"pk": {"S": "1"}}, "ConditionExpression": "a = b"}
    put = {"TableName": "tot-test-audit-log", "Item": {"pk": {"S": "all"}}}
    handler.dynamodb.transact_write_items(TransactItems=[{"ConditionCheck": check}, {"Put": put}])
    assert recorded() == {
        Call("take_vote", "dynamodb:ConditionCheckItem", STATE, "x"),
        Call("take_vote", "dynamodb:PutItem", LOG, "x"),
    }


def test_query_of_an_index_is_a_call_on_the_index(handler: Any, recorded: Any) -> None:
    handler.dynamodb.query(
        TableName="tot-test-audit-log", IndexName="by_poll", KeyConditionExpression="a = b"
    )
    assert recorded() == {Call("take_vote", "dynamodb:Query", f"{LOG}/index/by_poll")}


def test_schedule_also_passes_its_role(session: boto3.Session, recorded: Any) -> None:
    role = "arn:aws:iam::123456789012:role/SchedulerRole"
    with running("open_poll"), deadline(INVOCATION):
        session.client("scheduler").create_schedule(
            Name="close-test-4mZ",
            ScheduleExpression="at(2026-11-26T18:00:00)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": AT.format("lambda", "function:tot-test-finish-poll"), "RoleArn": role},
        )
    assert recorded() == {
        Call(
            "open_poll", "scheduler:CreateSchedule", AT.format("scheduler", "schedule/default/close-test-x")
        ),
        Call("open_poll", "iam:PassRole", role),
    }


def test_client_that_a_running_handler_creates_belongs_to_it(session: boto3.Session, recorded: Any) -> None:
    module: Any = ModuleType("frontend.handlers.publish_site")
    exec("def handler(session): session.client('s3').list_objects_v2(Bucket='tot-test-site')", vars(module))  # noqa: S102
    module.handler(session)
    assert recorded() == {Call("publish_site", "s3:ListBucket", "arn:aws:s3:::tot-test-site")}


def test_call_of_the_shared_secrets_client_belongs_to_the_running_function(
    session: boto3.Session, recorded: Any
) -> None:
    module: Any = ModuleType("vote_service.handlers.track_poll")
    module.sharing = ModuleType("chassis.secret")
    exec("def client(session): return session.client('secretsmanager')", vars(module.sharing))  # noqa: S102
    exec("def handler(session): return sharing.client(session)", vars(module))  # noqa: S102
    client, secret = module.handler(session), AT.format("secretsmanager", "secret:tot-test-origin-AbCdEf")
    with deadline(INVOCATION):
        client.get_secret_value(SecretId=secret)
        with running("vote_wrapper"):
            client.get_secret_value(SecretId=secret)
    assert recorded() == {Call("vote_wrapper", "secretsmanager:GetSecretValue", secret)}


def test_call_of_a_test_itself_is_not_recorded(session: boto3.Session, recorded: Any) -> None:
    with deadline(INVOCATION):
        session.client("dynamodb").get_item(TableName="tot-test-polls", Key={"pk": {"S": "1"}})
    with running("open_poll"):
        session.client("dynamodb").get_item(TableName="tot-test-polls", Key={"pk": {"S": "1"}})
    assert recorded() == set()


def test_call_to_a_resource_that_a_test_names_absent_is_not_recorded(handler: Any, recorded: Any) -> None:
    handler.dynamodb.get_item(TableName="no-such-table", Key={"pk": {"S": "1"}})
    assert recorded() == set()


def test_call_without_a_known_action_is_an_error(handler: Any, session: boto3.Session) -> None:
    with running("take_vote"), pytest.raises(LookupError, match="no IAM action is known"):
        session.client("apigatewaymanagementapi", endpoint_url="https://x.example/ws").post_to_connection(
            ConnectionId="1", Data=b"x"
        )
