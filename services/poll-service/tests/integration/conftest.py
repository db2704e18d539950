"""The service on moto: table and routes from its template, requests as API Gateway sends them."""

import base64
import importlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlencode

import boto3
import pytest
import time_machine
from chassis.audit_log import ALL, from_item
from contracts.audit_log import AuditEvent
from contracts.ids import new_poll_id
from contracts.polls import CreatePoll
from poll_service.adapters.polls import PollsStore
from poll_service.domain import lifecycle
from poll_service.domain.clock import now
from poll_service.domain.poll import Poll
from stacks.template import read_template
from testkit import moto_state
from testkit.aws import create_table, emulated_aws, forget_secrets
from testkit.events import ACCOUNT, REGION, http_event, lambda_context

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient

SERVICE: Final = Path(__file__).parents[2]
TEMPLATE: Final[dict[str, Any]] = read_template(SERVICE / "template.yaml")
RESOURCES: Final = TEMPLATE["Resources"]
SITE: Final = "https://vote.example"
ORIGIN_SECRET: Final = {"current": "from-the-edge", "previous": "from-the-edge-before"}
FRIEND: Final = "https://friend.example"
TABLE: Final = "tot-test-polls"
AUDIT_LOG: Final = "tot-test-audit-log"
MEMBERS_STACK: Final[dict[str, Any]] = read_template(SERVICE.parents[1] / "platform/members/template.yaml")[
    "Resources"
]
MEMBERS: Final = "tot-test-members"
TABLES: Final = {
    TABLE: TEMPLATE["Resources"]["PollsTable"]["Properties"],
    AUDIT_LOG: MEMBERS_STACK["AuditLogTable"]["Properties"],
    MEMBERS: MEMBERS_STACK["MembersTable"]["Properties"],
}
IMAGES: Final = "tot-test-images-123456789012-eu-central-1"
CONTEXT: Final = lambda_context()
ENVIRONMENT: Final = {
    "POWERTOOLS_SERVICE_NAME": "poll-service",
    "POWERTOOLS_METRICS_NAMESPACE": "ThisOrThat",
    "POLLS_TABLE": TABLE,
    "AUDIT_LOG_TABLE": AUDIT_LOG,
    "MEMBERS_TABLE": MEMBERS,
    "ORIGIN_SECRET_ARN": "tot-test-origin",
    "ALLOWED_ORIGINS": FRIEND,
    "SITE_ORIGIN": SITE,
    "IMAGES_BUCKET": IMAGES,
    "ENVIRONMENT": "test",
    "FINISH_POLL_ARN": "arn:aws:lambda:eu-central-1:123456789012:function:tot-test-finish-poll:live",
    "SCHEDULER_ROLE_ARN": "arn:aws:iam::123456789012:role/SchedulerRole",
    "SCHEDULED_CLOSE_DEAD_LETTER_ARN": "arn:aws:sqs:eu-central-1:123456789012:tot-test-scheduled-close",
}


class OneCallAtATime:
    """A DynamoDB client for threads: DynamoDB executes each request atomically, moto needs a lock."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client
        self._lock = threading.Lock()
        self.exceptions = client.exceptions

    def get_item(self, **request: Any) -> Any:
        with self._lock:
            return self._client.get_item(**request)

    def transact_write_items(self, **request: Any) -> Any:
        with self._lock:
            return self._client.transact_write_items(**request)


@pytest.fixture(scope="module", autouse=True)
def account() -> Iterator[None]:
    """Provide an AWS account and the functions' environment for all tests of a module."""
    with emulated_aws() as variables:
        for name, value in ENVIRONMENT.items():
            variables.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def dynamodb(account: None) -> "DynamoDBClient":
    return boto3.client("dynamodb")


@pytest.fixture(scope="module")
def secrets(account: None) -> "SecretsManagerClient":
    return boto3.client("secretsmanager")


@pytest.fixture(autouse=True)
def aws(dynamodb: "DynamoDBClient", secrets: "SecretsManagerClient") -> None:
    """Empty all resources, and create those that a test has deleted."""
    moto_state.clear(ACCOUNT, REGION)
    forget_secrets()
    existing = dynamodb.list_tables()["TableNames"]
    for name, properties in TABLES.items():
        if name not in existing:
            create_table(dynamodb, properties, name)
    if not secrets.list_secrets()["SecretList"]:
        secrets.create_secret(Name=ENVIRONMENT["ORIGIN_SECRET_ARN"], SecretString=json.dumps(ORIGIN_SECRET))


@pytest.fixture(scope="module")
def handler(account: None) -> Callable[[str], ModuleType]:
    """Import the handler of this slug, once for all tests of a module."""

    @cache
    def load(slug: str) -> ModuleType:
        return importlib.reload(importlib.import_module(f"poll_service.handlers.{slug}"))

    return load


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Provide a frozen clock that only the test moves."""
    with time_machine.travel(now(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def bucket(aws: None) -> "S3Client":
    """Provide the empty bucket of images."""
    client = boto3.client("s3")
    if not client.list_buckets()["Buckets"]:
        where: Any = {"LocationConstraint": REGION}
        client.create_bucket(Bucket=IMAGES, CreateBucketConfiguration=where)
    return client


@pytest.fixture
def polls(dynamodb: "DynamoDBClient") -> PollsStore:
    return PollsStore(dynamodb, TABLE, AUDIT_LOG)


@pytest.fixture
def polls_in_turn(dynamodb: "DynamoDBClient") -> PollsStore:
    """Return the store for threads."""
    return PollsStore(cast("DynamoDBClient", OneCallAtATime(dynamodb)), TABLE, AUDIT_LOG)


@pytest.fixture
def audit_log(dynamodb: "DynamoDBClient") -> Callable[[], list[AuditEvent]]:
    """Return a function that reads the audit log, oldest entry first."""

    def read() -> list[AuditEvent]:
        items = dynamodb.query(
            TableName=AUDIT_LOG,
            KeyConditionExpression="audit_log = :all",
            ExpressionAttributeValues={":all": {"S": ALL}},
        )["Items"]
        return [from_item(item) for item in items]

    return read


@pytest.fixture
def given_draft(polls: PollsStore) -> Callable[..., Poll]:
    """Return a function that writes a draft; `ago` moves its creation into the past."""

    def write(question: str = "Tea or coffee?", ago: timedelta = timedelta()) -> Poll:
        wanted = CreatePoll.model_validate(
            {"question": question, "options": {"a": {"label": "Tea"}, "b": {"label": "Coffee"}}}
        )
        created = lifecycle.create_poll(wanted, new_poll_id(), "organiser-1", now() - ago)
        polls.save(created)
        return created.poll

    return write


@pytest.fixture
def given_open(polls: PollsStore, given_draft: Callable[..., Poll]) -> Callable[..., Poll]:
    """Return a function that writes a poll opened an hour ago.

    `ends_in` may be negative: then the poll is past its end and its close is not announced.
    """

    def write(question: str = "Tea or coffee?", ends_in: timedelta | None = None) -> Poll:
        hour = timedelta(hours=1)
        closes_at = None if ends_in is None else now() + ends_in
        draft = given_draft(question, ago=2 * hour)
        opened = lifecycle.open_poll(draft, polls.schedule(), closes_at, now() - hour)
        polls.save(opened)
        return opened.poll

    return write


@pytest.fixture
def ask(handler: Callable[[str], ModuleType]) -> Callable[..., SimpleNamespace]:
    """Return a function that sends one request to the function of a slug, on its route in the template."""

    def send(
        slug: str,
        body: object = None,
        *,
        text: str | None = None,
        content: bytes | None = None,
        path: str | None = None,
        query: dict[str, str] | None = None,
        headers: dict[str, str | None] | None = None,
        is_base64: bool = False,
        subject: str | None = "organiser-1",
        groups: str = "[owner]",
        method: str | None = None,
        **path_parameters: str,
    ) -> SimpleNamespace:
        name = slug.title().replace("_", "")
        usual, route = RESOURCES[f"{name}Route"]["Properties"]["RouteKey"].split(" ")
        method = method or usual
        sent = {"x-origin-verify": ORIGIN_SECRET["current"], "content-type": "application/json"} | (
            headers or {}
        )
        claims = {"sub": subject, "username": "ada", "cognito:groups": groups} if subject else None
        given_path = path or re.sub(r"\{(\w+)\}", lambda match: path_parameters[match[1]], route)
        event = http_event(
            method,
            f"{given_path}?{urlencode(query or {})}",
            next((each for each in (content, text, body) if each is not None), None),
            headers=sent,
            claims=claims,
            route=f"{method} {route}",
        )
        answer = handler(slug).handler(event | ({"isBase64Encoded": True} if is_base64 else {}), CONTEXT)
        if answer["isBase64Encoded"]:
            answer["body"] = base64.b64decode(answer["body"])
        given = {header.lower(): value for header, value in answer["headers"].items()}
        return SimpleNamespace(
            status=answer["statusCode"],
            headers=given,
            body=json.loads(answer["body"]) if "json" in given.get("content-type", "") else answer["body"],
        )

    return send


@pytest.fixture
def finish(handler: Callable[[str], ModuleType]) -> Callable[..., None]:
    """Return a function that invokes `finish_poll` as the scheduler does."""

    def wake(event: object) -> None:
        handler("finish_poll").handler(event, CONTEXT)

    return wake


@pytest.fixture
def scheduled_closes(account: None) -> Callable[[], list[dict[str, Any]]]:
    """Return a function that reads all schedules."""

    def read() -> list[dict[str, Any]]:
        scheduler = boto3.client("scheduler")
        return [
            dict(scheduler.get_schedule(Name=each["Name"]))
            for each in scheduler.list_schedules()["Schedules"]
        ]

    return read


@pytest.fixture
def stream(dynamodb: "DynamoDBClient") -> Callable[[], list[dict[str, Any]]]:
    """Return a function that reads every record of the table's stream, as Lambda receives it."""

    def read() -> list[dict[str, Any]]:
        arn = dynamodb.describe_table(TableName=TABLE)["Table"]["LatestStreamArn"]
        client = boto3.client("dynamodbstreams")
        (shard,) = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        iterator = client.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )
        return [dict(r) for r in client.get_records(ShardIterator=iterator["ShardIterator"])["Records"]]

    return read
