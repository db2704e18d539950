"""Permissions of a role that unpatched ministack evaluates otherwise: kinds of items, batches of messages."""

import json
from typing import Any, Final

import boto3
import pytest
from botocore.exceptions import ClientError
from laptop.instance import REGION

TABLE: Final = "tot-test-mixed"
LOG: Final = "tot-test-log"
TABLES: Final = "arn:aws:dynamodb:*:*:table"
POLICY: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": ["dynamodb:PutItem", "dynamodb:BatchWriteItem"],
                "Resource": f"{TABLES}/{TABLE}",
                "Condition": {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["#proof#*"]}},
            },
            {
                "Effect": "Allow",
                "Action": "dynamodb:PutItem",
                "Resource": f"{TABLES}/{LOG}",
            },
        ],
    }
)


def writer(emulator: Any) -> Any:
    """Make the tables and the role, and return a client with the role's credentials."""
    for name in (TABLE, LOG):
        emulator.aws("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        )
    role = emulator.role("writer")
    emulator.aws("iam").put_role_policy(RoleName="writer", PolicyName="items", PolicyDocument=POLICY)
    return client_of(emulator, role, "dynamodb")


def client_of(emulator: Any, role: str, service: Any) -> Any:
    """Return a client with the credentials of a role."""
    given = emulator.aws("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return boto3.client(
        service,
        endpoint_url=emulator.instance.endpoint,
        region_name=REGION,
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )


def put(key: str, table: str = TABLE) -> dict[str, Any]:
    return {"TableName": table, "Item": {"pk": {"S": key}}}


def written_together(*puts: dict[str, Any]) -> dict[str, Any]:
    return {"TransactItems": [{"Put": each} for each in puts]}


@pytest.mark.covers("T18", "T21")
def test_role_writes_only_its_own_kind_of_item(repaired: Any) -> None:
    dynamodb = writer(repaired)
    dynamodb.put_item(**put("#proof#1"))
    dynamodb.transact_write_items(**written_together(put("#proof#2"), put("any", LOG)))
    batch = [{"PutRequest": {"Item": {"pk": {"S": key}}}} for key in ("#proof#3", "a-poll")]
    for write, request in (
        (dynamodb.put_item, put("a-poll")),
        (dynamodb.transact_write_items, written_together(put("#proof#4"), put("a-poll"))),
        (dynamodb.batch_write_item, {"RequestItems": {TABLE: batch}}),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            write(**request)


def test_ministack_still_ignores_the_condition(plain: Any) -> None:
    writer(plain).put_item(**put("a-poll"))


def batch_sender(emulator: Any) -> Any:
    """Make a queue and a role that may send messages to it, and return a call that sends a batch."""
    queue, role = emulator.aws("sqs").create_queue(QueueName="sent")["QueueUrl"], emulator.role("sender")
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:*:*:sent"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    emulator.aws("iam").put_role_policy(RoleName="sender", PolicyName="send", PolicyDocument=policy)
    entries = [{"Id": "1", "MessageBody": "x"}]
    return lambda: client_of(emulator, role, "sqs").send_message_batch(QueueUrl=queue, Entries=entries)


def test_permission_to_send_messages_allows_a_batch(repaired: Any) -> None:
    assert len(batch_sender(repaired)()["Successful"]) == 1


def test_ministack_still_denies_a_batch(plain: Any) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        batch_sender(plain)()
