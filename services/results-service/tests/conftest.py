"""Fixtures: this service as its template builds it, on an AWS emulated in memory."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from contracts.enums import Choice
from contracts.events import VoteCast
from contracts.ids import new_poll_id
from contracts.stream import event_attribute
from stacks.template import read_template
from testkit.aws import create_table, emulated_aws
from testkit.events import ACCOUNT, REGION, LambdaContext, lambda_context, stream_event, stream_record

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
AUDIT_LOG = Path(__file__).parents[3] / "platform" / "members" / "template.yaml"
SITE = "https://friend.example"
LOGS_BUCKET = f"tot-test-logs-{ACCOUNT}-{REGION}"
TABLE = "tot-test-game-results"
AUDIT_LOG_TABLE = "tot-test-audit-log"
MEMBERS_TABLE = "tot-test-members"
VOTED_AT = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Aws:
    """The emulated AWS, and the names of this service's resources."""

    dynamodb: Any
    sqs: Any
    streams: Any
    table: str
    queue_url: str
    recount_queue_url: str
    context: LambdaContext = field(default_factory=lambda_context)

    def item(self, poll_id: str, sort_key: str) -> dict[str, Any] | None:
        key = {"pk": {"S": poll_id}, "sk": {"S": sort_key}}
        item: dict[str, Any] | None = self.dynamodb.get_item(TableName=self.table, Key=key).get("Item")
        return item

    def items(self, poll_id: str, prefix: str = "") -> list[dict[str, Any]]:
        answer = self.dynamodb.query(
            TableName=self.table,
            KeyConditionExpression="pk = :p AND begins_with(sk, :s)" if prefix else "pk = :p",
            ExpressionAttributeValues={":p": {"S": poll_id}, **({":s": {"S": prefix}} if prefix else {})},
        )
        items: list[dict[str, Any]] = answer["Items"]
        return items

    def forget(self, poll_id: str) -> None:
        """Delete the poll's items: the emulation sorts the whole table at every query."""
        for item in self.items(poll_id):
            key = {name: item[name] for name in ("pk", "sk")}
            self.dynamodb.delete_item(TableName=self.table, Key=key)

    def counts(self, poll_id: str, sort_key: str = "totals") -> tuple[int, int, int] | None:
        item = self.item(poll_id, sort_key)
        return None if item is None else (int(item["a"]["N"]), int(item["b"]["N"]), int(item["i"]["N"]))

    def messages(self) -> list[str]:
        bodies: list[str] = []
        while found := self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            bodies += [message["Body"] for message in found]
            for message in found:
                self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        return bodies


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    return read_template(TEMPLATE)


@pytest.fixture(scope="module")
def aws(template: dict[str, Any]) -> Iterator[Aws]:
    with emulated_aws() as variables:
        for name, value in template["Globals"]["Function"]["Environment"]["Variables"].items():
            if isinstance(value, str):
                variables.setenv(name, value)
        dynamodb, sqs = boto3.client("dynamodb"), boto3.client("sqs")
        create_table(dynamodb, template["Resources"]["GameResultsTable"]["Properties"], TABLE)
        audit_log = read_template(AUDIT_LOG)["Resources"]["AuditLogTable"]["Properties"]
        create_table(dynamodb, audit_log, AUDIT_LOG_TABLE)
        members = read_template(AUDIT_LOG)["Resources"]["MembersTable"]["Properties"]
        create_table(dynamodb, members, MEMBERS_TABLE)
        queue_url = sqs.create_queue(QueueName="tot-test-results-dead-letters")["QueueUrl"]
        publications_url = sqs.create_queue(QueueName="tot-test-publications")["QueueUrl"]
        where: Any = {"LocationConstraint": REGION}
        boto3.client("s3").create_bucket(Bucket=LOGS_BUCKET, CreateBucketConfiguration=where)
        recounts_url = sqs.create_queue(QueueName="tot-test-recounts")["QueueUrl"]
        secrets = boto3.client("secretsmanager")
        origin = secrets.create_secret(Name="origin", SecretString='{"current": "edge", "previous": "old"}')
        passes = secrets.create_secret(Name="passes", SecretString='{"current": "k1", "k1": "kept secret"}')
        variables.setenv("GAME_RESULTS_TABLE", TABLE)
        variables.setenv("AUDIT_LOG_TABLE", AUDIT_LOG_TABLE)
        variables.setenv("MEMBERS_TABLE", MEMBERS_TABLE)
        variables.setenv("DEAD_LETTER_QUEUE_URL", queue_url)
        variables.setenv("RECOUNT_QUEUE_URL", recounts_url)
        variables.setenv("PUBLICATION_QUEUE_URL", publications_url)
        variables.setenv("LOGS_BUCKET", LOGS_BUCKET)
        variables.setenv("READ_VOTE_LOG_FUNCTION_ARN", "read-vote-log")
        variables.setenv("AWS_LAMBDA_FUNCTION_NAME", lambda_context().function_name)
        variables.setenv("ORIGIN_SECRET_ARN", origin["ARN"])
        variables.setenv("RESULTS_PASS_SECRET_ARN", passes["ARN"])
        variables.setenv("ALLOWED_ORIGINS", SITE)
        variables.delenv("SINGLE_STREAM_SHARD", raising=False)
        yield Aws(dynamodb, sqs, boto3.client("dynamodbstreams"), TABLE, queue_url, recounts_url)


@pytest.fixture(scope="module")
def load(aws: Aws) -> Callable[[str], ModuleType]:
    """Import a handler again, with the current environment and clients."""

    def load_handler(slug: str) -> ModuleType:
        return importlib.reload(importlib.import_module(f"results_service.handlers.{slug}"))

    return load_handler


@pytest.fixture
def poll_id() -> str:
    return new_poll_id()


def change(event_name: str, number: int, partition: str, event: dict[str, Any]) -> dict[str, Any]:
    keys = {"pk": partition, "sk": f"voter-{number}"}
    image = None if event_name == "REMOVE" else {"event": event}
    return stream_record(keys, image, name=event_name, number=number)


@pytest.fixture(scope="session")
def vote() -> Callable[..., dict[str, Any]]:
    """Make VotesLog's stream record of one vote."""

    def record(
        poll_id: str, choice: str, number: int, event_name: str = "INSERT", at: datetime = VOTED_AT
    ) -> dict[str, Any]:
        cast = VoteCast(poll_id=poll_id, choice=Choice(choice), recorded_at=at)
        return change(event_name, number, f"{poll_id}#{number % 16}", event_attribute(cast))

    return record


@pytest.fixture(scope="session")
def poison() -> Callable[..., dict[str, Any]]:
    """Make an invalid record of VotesLog's stream."""

    def record(partition: str, number: int) -> dict[str, Any]:
        third_option = {"type": {"S": "vote_cast"}, "version": {"N": "1"}, "choice": {"S": "c"}}
        return change("INSERT", number, partition, {"M": third_option})

    return record


@pytest.fixture(scope="session")
def delivery() -> Callable[..., dict[str, Any]]:
    """Make the event of one batch from the event source mapping."""

    def event(shard: str, *records: dict[str, Any]) -> dict[str, Any]:
        return stream_event(*records, shard=shard)

    return event
