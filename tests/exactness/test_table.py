"""The in-memory table answers every call of the adapters as moto does, after any history."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from .effort import tries
from .expressions import NotUnderstood, condition, update
from .faults import Interruptions
from .table import Client, Table

NAME = "compared"
keys = st.builds(
    lambda pk, sk: {"pk": {"S": pk}, "sk": {"S": sk}},
    st.sampled_from("pq"),
    st.sampled_from(["x", "xy", "z"]),
)
numbers = st.integers(-3, 3).map(lambda number: {"N": str(number)})
texts = st.sampled_from(["", "1", "10", "9"]).map(lambda text: {"S": text})
attributes = st.fixed_dictionaries(
    {}, optional={"a": numbers, "hwm": texts, "tally_version": numbers, "opens_at": texts, "poll_id": texts}
)
conditions = st.sampled_from(
    [
        "attribute_not_exists(pk)",
        "attribute_not_exists(hwm)",
        "attribute_exists(a)",
        "hwm = :text",
        "attribute_not_exists(pk) OR tally_version = :number",
        "attribute_not_exists(pk) OR tally_version < :number",
        "attribute_not_exists(pk) OR (poll_id = :text AND tally_version < :number)"
        " OR (poll_id <> :text AND opens_at < :text)",
    ]
)
updates = st.sampled_from(
    [
        "ADD a :number, b :other SET hwm = :text, counted_at = :text",
        "SET status_before = if_not_exists(hwm, :text), hwm = :text, tally_version = :number",
        "REMOVE hwm SET a = :number",
    ]
)


@st.composite
def calls(draw: Any) -> tuple[str, dict[str, Any]]:
    values = {":text": draw(texts), ":number": draw(numbers), ":other": draw(numbers)}
    kind = draw(st.sampled_from(["put", "update", "get", "query", "transact"]))
    if kind == "get":
        return "get_item", {"Key": draw(keys), "ConsistentRead": True}
    if kind == "query":
        values = {":pk": {"S": draw(st.sampled_from("pq"))}, ":sk": {"S": draw(st.sampled_from(["x", "z"]))}}
        expression = "pk = :pk AND begins_with(sk, :sk)"
        return "query", {"KeyConditionExpression": expression, "ExpressionAttributeValues": values}
    if kind == "transact":
        put = {"Item": draw(keys) | {"a": {"N": "1"}}, "ConditionExpression": "attribute_not_exists(pk)"}
        add = {"Key": {"pk": {"S": "p"}, "sk": {"S": "sum"}}, "UpdateExpression": "ADD a :number",
               "ExpressionAttributeValues": {":number": values[":number"]}}  # fmt: skip
        return "transact_write_items", {
            "TransactItems": [{"Put": put | {"TableName": NAME}}, {"Update": add | {"TableName": NAME}}]
        }
    call: dict[str, Any] = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    if kind == "put":
        call |= {"Item": draw(keys) | draw(attributes)}
    else:
        call |= {"Key": draw(keys), "UpdateExpression": draw(updates), "ReturnValues": "ALL_NEW"}
    if draw(st.booleans()):
        call["ConditionExpression"] = draw(conditions)
    text = call.get("UpdateExpression", "") + call.get("ConditionExpression", "")
    used = {name: value for name, value in values.items() if name in text}
    return f"{kind}_item", call | ({"ExpressionAttributeValues": used} if used else {})


@pytest.fixture(scope="module")
def moto_client() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("dynamodb", region_name="eu-central-1")
        client.create_table(
            TableName=NAME,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        )
        yield client


def outcome(client: Any, method: str, call: dict[str, Any]) -> Any:
    """Return a call's result without the metadata of a real response."""
    named = call if method == "transact_write_items" else {"TableName": NAME, **call}
    try:
        if method == "query":
            return [page["Items"] for page in client.get_paginator("query").paginate(**named)]
        answer = getattr(client, method)(**named)
    except ClientError as error:
        response: Any = error.response
        reasons = [reason["Code"] for reason in response.get("CancellationReasons", [])]
        return response["Error"]["Code"], response.get("Item"), reasons
    return {name: answer[name] for name in ("Item", "Attributes") if name in answer}


@settings(
    max_examples=tries(30, 300),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=st.lists(calls(), min_size=1, max_size=12))
def test_every_call_is_answered_as_by_moto(moto_client: Any, history: list[tuple[str, Any]]) -> None:
    for item in moto_client.scan(TableName=NAME)["Items"]:
        moto_client.delete_item(TableName=NAME, Key={name: item[name] for name in ("pk", "sk")})
    ours = Client(Table(), Interruptions())
    for method, call in history:
        assert outcome(ours, method, call) == outcome(moto_client, method, call), (method, call)
    stored = {(item["pk"]["S"], item["sk"]["S"]): item for item in moto_client.scan(TableName=NAME)["Items"]}
    assert ours.table.items == stored


def add(client: Client, token: str, amount: int = 1) -> None:
    part = {
        "Key": {"pk": {"S": "p"}, "sk": {"S": "s"}},
        "UpdateExpression": "ADD a :a",
        "ExpressionAttributeValues": {":a": {"N": str(amount)}},
    }
    client.transact_write_items(TransactItems=[{"Update": part}], ClientRequestToken=token)


def test_a_request_token_holds_for_ten_minutes_and_for_one_request() -> None:
    now = [0.0]
    client = Client(Table(), Interruptions(), lambda: now[0])
    add(client, "t")
    now[0] = 599.0
    add(client, "t")
    with pytest.raises(ClientError, match="IdempotentParameterMismatch"):
        add(client, "t", amount=2)
    now[0] = 600.0
    add(client, "t")
    assert client.table.items["p", "s"]["a"] == {"N": "2"}


def test_a_write_that_changes_nothing_is_not_on_the_stream() -> None:
    client = Client(Table(), Interruptions())
    item = {"pk": {"S": "p"}, "sk": {"S": "s"}, "a": {"N": "1"}}
    client.put_item(Item=item)
    client.put_item(Item=item)
    client.put_item(Item=item | {"a": {"N": "2"}})
    assert [name for name, _ in client.table.changes] == ["INSERT", "MODIFY"]


@pytest.mark.parametrize(
    "text", ["size(a) > :n", "a BETWEEN :n AND :m", "a = ", "contains(a, :n)", "#a = :n"]
)
def test_unsupported_condition_raises(text: str) -> None:
    with pytest.raises(NotUnderstood):
        condition(text)


def test_unsupported_update_raises() -> None:
    with pytest.raises(NotUnderstood):
        update("DELETE names :some")
