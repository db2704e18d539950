"""Four plausible but wrong ways to count a stream, each driven like the real one.

They count into the same table by boto3's calls, and read only the poll and the kind of a record.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from botocore.exceptions import ClientError

from .log import MakeCounter
from .stream import Handler, Record
from .table import Client

TABLE: Final = "game-results"
_ADD: Final = "ADD a :a, b :b, i :i"

type CountPoll = Callable[[Client, str, str, Sequence[Record]], None]


def plain_add(client: Client, poll: str, _shard: str, batch: Sequence[Record]) -> None:
    """Add the batch to the counter, as most samples do."""
    client.update_item(**_addition(poll, batch))


def marker_per_batch(client: Client, poll: str, shard: str, batch: Sequence[Record]) -> None:
    """Add the batch and a marker with its first sequence number, in one transaction; skip a marked batch."""
    key = _key(poll, f"seen#{shard}#{_numbers(batch)[0]}")
    marker = {"TableName": TABLE, "Item": key, "ConditionExpression": "attribute_not_exists(pk)"}
    try:
        client.transact_write_items(TransactItems=[{"Put": marker}, {"Update": _addition(poll, batch)}])
    except ClientError as error:
        if error.response["Error"]["Code"] != "TransactionCanceledException":
            raise


def request_token(client: Client, poll: str, shard: str, batch: Sequence[Record]) -> None:
    """Add the batch in a transaction with a token of the batch: DynamoDB drops a repeated one."""
    text = f"{poll} {shard} {_numbers(batch)[0]} {_numbers(batch)[-1]}"
    token = hashlib.sha256(text.encode()).hexdigest()[:36]
    client.transact_write_items(TransactItems=[{"Update": _addition(poll, batch)}], ClientRequestToken=token)


def mark_per_poll(client: Client, poll: str, _shard: str, batch: Sequence[Record]) -> None:
    """Add the records above the poll's high-water mark and advance it: correct for a single shard only."""
    while True:
        found = client.get_item(TableName=TABLE, Key=_key(poll, "totals"), ConsistentRead=True).get("Item")
        mark = found["hwm"]["S"] if found else ""
        new = [record for record in batch if record["dynamodb"]["SequenceNumber"].zfill(40) > mark]
        if not new:
            return
        call = _addition(poll, new)
        call["UpdateExpression"] += " SET hwm = :new"
        call["ConditionExpression"] = "hwm = :read" if mark else "attribute_not_exists(hwm)"
        values = call["ExpressionAttributeValues"]
        values[":new"] = {"S": max(number.zfill(40) for number in _numbers(new))}
        if mark:
            values[":read"] = {"S": mark}
        try:
            client.update_item(**call)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
        else:
            return


SCHEMES: Final[dict[str, CountPoll]] = {
    "plain ADD": plain_add,
    "marker per batch": marker_per_batch,
    "request token": request_token,
    "mark per poll": mark_per_poll,
}


def counter(scheme: CountPoll) -> MakeCounter:
    """Return a factory of Lambda functions that count by this scheme."""

    def make(client: Client) -> Handler:
        def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
            for poll, batch in _by_poll(event.get("Records", [])):
                scheme(client, poll, event["shardId"], batch)
            return {"state": {}, "batchItemFailures": []}

        return handler

    return make


def _by_poll(batch: Sequence[Record]) -> Iterator[tuple[str, list[Record]]]:
    votes = [record for record in batch if record["eventName"] == "INSERT"]
    for poll in dict.fromkeys(_poll(record) for record in votes):
        yield poll, [record for record in votes if _poll(record) == poll]


def _poll(record: Record) -> str:
    return str(record["dynamodb"]["Keys"]["pk"]["S"]).partition("#")[0]


def _numbers(batch: Sequence[Record]) -> list[str]:
    return [record["dynamodb"]["SequenceNumber"] for record in batch]


def _addition(poll: str, batch: Sequence[Record]) -> dict[str, Any]:
    found = Counter(record["dynamodb"]["NewImage"]["event"]["M"]["choice"]["S"] for record in batch)
    values = {":a": found["a"], ":b": found["b"], ":i": found["c"]}
    return {
        "TableName": TABLE,
        "Key": _key(poll, "totals"),
        "UpdateExpression": _ADD,
        "ExpressionAttributeValues": {name: {"N": str(count)} for name, count in values.items()},
    }


def _key(poll: str, sort_key: str) -> dict[str, Any]:
    return {"pk": {"S": poll}, "sk": {"S": sort_key}}
