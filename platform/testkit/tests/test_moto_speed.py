"""moto answers alike with and without the patches of `testkit.moto_speed`."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from testkit.aws import SETTINGS
from testkit.moto_speed import speed_up

TABLE: Any = {
    "TableName": "t",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}
EVERY_TYPE: Any = {
    "pk": {"S": "a"}, "n": {"N": "1.5"}, "b": {"B": b"\x00\xff"}, "flag": {"BOOL": False},
    "none": {"NULL": True}, "empty": {"S": ""},
    "texts": {"SS": ["x", "y"]}, "numbers": {"NS": ["1", "2"]}, "bytes": {"BS": [b"\x01"]},
    "map": {"M": {"inner": {"M": {}}, "list": {"L": [{"N": "1"}, {"L": []}]}}}, "list": {"L": []},
}  # fmt: skip


def calls() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield calls with all types and clauses, failed conditions, invalid expressions and transactions."""
    key = {"pk": {"S": "a"}}
    values = {":v": {"N": "2"}, ":l": {"L": [{"S": "x"}]}, ":d": {"SS": ["x"]}}
    yield "put_item", {"Item": EVERY_TYPE, "ReturnValues": "ALL_OLD"}
    yield "get_item", {"Key": key, "ConsistentRead": True}
    yield "get_item", {"Key": {"pk": {"S": "missing"}}}
    expression = (
        "SET n = n + :v, #m.inner.x = if_not_exists(z, :v), l2 = list_append(:l, :l) "
        "REMOVE none DELETE texts :d"
    )
    update = {
        "Key": key, "UpdateExpression": expression, "ReturnValues": "ALL_NEW",
        "ExpressionAttributeNames": {"#m": "map"}, "ExpressionAttributeValues": values,
    }  # fmt: skip
    yield "update_item", update
    yield (
        "update_item",
        update | {"ConditionExpression": "n = :v", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"},
    )
    for invalid in (
        "SET a = :v SET b = :v",
        "ADD n :v ADD o :v",
        "SET a = :v, a = :v",
        "SET #m = :v, #m = :v",
        "SET map.inner.x = :v, map.inner = :v",
        "SET missing.x = :v",
        "SET a = missing",
        "SET a = :missing",
        "SET a = texts + :v",
        "SET pk = :v",
        "SET = :v",
    ):
        yield (
            "update_item",
            {
                "Key": key,
                "UpdateExpression": invalid,
                "ExpressionAttributeValues": {":v": {"N": "1"}},
                **({"ExpressionAttributeNames": {"#m": "map"}} if "#m" in invalid else {}),
            },
        )
    add = {"TableName": "t", "UpdateExpression": "ADD n :v", "ExpressionAttributeValues": {":v": {"N": "1"}}}
    accepted, refused = (
        {"Key": key},
        {"Key": {"pk": {"S": "b"}}, "ConditionExpression": "attribute_exists(pk)"},
    )
    yield "transact_write_items", {"TransactItems": [{"Update": add | accepted}]}
    yield "transact_write_items", {"TransactItems": [{"Update": add | accepted}, {"Update": add | refused}]}
    yield "scan", {}
    yield "query", {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
    yield "delete_item", {"Key": key, "ReturnValues": "ALL_OLD"}


def answers(*, patched: bool) -> list[Any]:
    """Return the answer or the error of each call, and then the stream's records."""
    found: list[Any] = []
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        if patched:
            speed_up(patch)
        client = boto3.client("dynamodb")
        stream = client.create_table(**TABLE)["TableDescription"]["LatestStreamArn"]
        for operation, parameters in calls():
            named = parameters if "TransactItems" in parameters else {"TableName": "t"} | parameters
            try:
                answer = getattr(client, operation)(**named)
                found.append({name: value for name, value in answer.items() if name != "ResponseMetadata"})
            except ClientError as refused:
                found.append((operation, refused.response["Error"], refused.response.get("Item")))
        streams = boto3.client("dynamodbstreams")
        [shard] = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
        start: Any = {"StreamArn": stream, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        records = streams.get_records(ShardIterator=streams.get_shard_iterator(**start)["ShardIterator"])
        found += [
            (one["eventName"], one["dynamodb"].get("OldImage"), one["dynamodb"].get("NewImage"))
            for one in records["Records"]
        ]
    return found


def test_patched_and_unpatched_moto_answer_alike() -> None:
    unpatched = answers(patched=False)

    assert answers(patched=True) == unpatched
    assert len(unpatched) > len(list(calls()))
    assert (
        sum(isinstance(one, tuple) and isinstance(one[1], dict) and "Code" in one[1] for one in unpatched)
        >= 13
    )
