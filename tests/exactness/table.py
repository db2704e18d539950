"""An in-memory table for the boto3 calls that the adapters make, far faster than moto.

`test_table.py` compares it with moto, call by call.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import ClientError
from costs.units import item_size

from .expressions import Item, condition, update
from .faults import Interruptions

TOKEN_SECONDS: Final = 600
"""How long DynamoDB remembers a transaction's request token."""

type Answer = dict[str, Any]
type Key = tuple[str, str]


@dataclass
class Table:
    """Items by `pk` and `sk`, and all changes in the order of the writes, as a stream carries them."""

    items: dict[Key, Item] = field(default_factory=dict)
    changes: list[tuple[str, Item]] = field(default_factory=list)
    on_write: Callable[[int], None] | None = None
    """Called with the size in bytes, names and values, of every write: the larger of before and after."""
    on_read: Callable[[int], None] | None = None
    """Called with the size in bytes of each read."""

    def check(self, key: Key, call: Answer, operation: str) -> None:
        """Raise as DynamoDB does if the call's condition fails."""
        expression = call.get("ConditionExpression")
        old = self.items.get(key)
        if expression and not condition(expression)(old or {}, call.get("ExpressionAttributeValues", {})):
            if self.on_write:
                self.on_write(item_size(old))
            error: Any = {"Error": {"Code": "ConditionalCheckFailedException", "Message": "no"}}
            if old is not None and call.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD":
                error["Item"] = dict(old)
            raise ClientError(error, operation)

    def put(self, key: Key, new: Item) -> None:
        """Store an item; a write that changes nothing is not on the stream."""
        old = self.items.get(key)
        if self.on_write:
            self.on_write(max(item_size(old), item_size(new)))
        self.items[key] = new
        if new != old:
            self.changes.append(("INSERT" if old is None else "MODIFY", new))

    def updated(self, key: Key, call: Answer) -> Item:
        """Return the item after the call's update."""
        old = self.items.get(key, {})
        new = {**call["Key"], **old}
        update(call["UpdateExpression"])(old, new, call.get("ExpressionAttributeValues", {}))
        return new


class Client:
    """The part of boto3's DynamoDB client that the adapters use; faults apply to every call."""

    def __init__(
        self, table: Table, interruptions: Interruptions, seconds: Callable[[], float] = lambda: 0.0
    ) -> None:
        self.table = table
        self._pass = interruptions.passing
        self._seconds = seconds
        self._tokens: dict[str, tuple[float, str]] = {}

    def get_item(self, **call: Any) -> Answer:
        """Read one item."""

        def read() -> Answer:
            found = self.table.items.get(_key(call["Key"]))
            if self.table.on_read:
                self.table.on_read(item_size(found))
            names = call.get("ProjectionExpression")
            if found is None:
                return {}
            if names is None:
                return {"Item": dict(found)}
            return {"Item": {name: found[name] for name in names.split(", ") if name in found}}

        return self._pass(read)

    def put_item(self, **call: Any) -> Answer:
        """Write one whole item."""

        def write() -> Answer:
            key = _key(call["Item"])
            self.table.check(key, call, "PutItem")
            self.table.put(key, dict(call["Item"]))
            return {}

        return self._pass(write)

    def update_item(self, **call: Any) -> Answer:
        """Change one item."""

        def write() -> Answer:
            key = _key(call["Key"])
            self.table.check(key, call, "UpdateItem")
            new = self.table.updated(key, call)
            self.table.put(key, new)
            return {"Attributes": dict(new)} if call.get("ReturnValues") == "ALL_NEW" else {}

        return self._pass(write)

    def transact_write_items(self, **call: Any) -> Answer:
        """Write several items or none; the same token within ten minutes writes once."""
        token, parts = call.get("ClientRequestToken", ""), call["TransactItems"]

        def write() -> Answer:
            request = json.dumps(parts, sort_keys=True)
            before, known = self._tokens.get(token, (0.0, ""))
            if known and self._seconds() - before < TOKEN_SECONDS:
                if known != request:
                    raise ClientError(
                        {"Error": {"Code": "IdempotentParameterMismatchException", "Message": "other"}},
                        "TransactWriteItems",
                    )
                return {}
            self._write_all(parts)
            if token:
                self._tokens[token] = (self._seconds(), request)
            return {}

        return self._pass(write)

    def _write_all(self, parts: Sequence[Answer]) -> None:
        calls = [(kind, call) for part in parts for kind, call in part.items()]
        reasons = []
        for kind, call in calls:
            try:
                self.table.check(_key(call["Item" if kind == "Put" else "Key"]), call, kind)
                reasons.append({"Code": "None"})
            except ClientError:
                reasons.append({"Code": "ConditionalCheckFailed"})
        if any(reason["Code"] != "None" for reason in reasons):
            error: Any = {
                "Error": {"Code": "TransactionCanceledException", "Message": "no"},
                "CancellationReasons": reasons,
            }
            raise ClientError(error, "TransactWriteItems")
        for kind, call in calls:
            key = _key(call["Item" if kind == "Put" else "Key"])
            self.table.put(key, dict(call["Item"]) if kind == "Put" else self.table.updated(key, call))

    def get_paginator(self, operation: str) -> "_Pages":
        """Return a paginator of a query."""
        if operation != "query":
            raise NotImplementedError(operation)
        return _Pages(self.table, self._pass)


@dataclass(frozen=True)
class _Pages:
    table: Table
    passing: Callable[[Callable[[], Answer]], Answer]

    def paginate(self, **call: Any) -> Iterator[Answer]:
        """Return the query's result in one page."""
        holds, values = condition(call["KeyConditionExpression"]), call["ExpressionAttributeValues"]

        def read() -> Answer:
            found = sorted((key, item) for key, item in self.table.items.items() if holds(item, values))
            if self.table.on_read:
                self.table.on_read(sum(item_size(item) for _, item in found))
            return {"Items": [dict(item) for _, item in found]}

        yield self.passing(read)


def _key(item: Item) -> Key:
    return item["pk"]["S"], item["sk"]["S"]
