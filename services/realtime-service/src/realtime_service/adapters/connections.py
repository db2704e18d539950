"""Store open connections, spread over several partitions for writing and listing."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched, chain
from typing import TYPE_CHECKING, Final

from realtime_service.adapters.errors import map_aws_errors
from realtime_service.domain.subscriber import Subscriber

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, WriteRequestTypeDef

SHARDS: Final = 8
"""Partitions of connections: for writing, for listing, and for the workers of a large broadcast."""
MAX_CONNECTION: Final = timedelta(hours=2, minutes=10)
"""API Gateway closes a connection after two hours."""
_WRITES_PER_BATCH: Final = 25


@dataclass(frozen=True, slots=True)
class Connection:
    """An open WebSocket connection, as stored."""

    connection_id: str
    subscriber: Subscriber
    connected_at: datetime


class Connections:
    """Stores the items `connection#{shard}` / connection id."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def add(self, connection: Connection) -> None:
        """Store a connection until it is removed or must have closed. Raises `StoreUnavailable`."""
        connected_at = int(connection.connected_at.timestamp())
        expires_at = connected_at + int(MAX_CONNECTION.total_seconds())
        item: dict[str, AttributeValueTypeDef] = {
            **_key(connection.connection_id),
            **{name: {"S": value} for name, value in connection.subscriber.as_context().items()},
            "connected_at": {"N": str(connected_at)},
            "expires_at": {"N": str(expires_at)},
        }
        with map_aws_errors():
            self._dynamodb.put_item(TableName=self._table, Item=item)

    def remove(self, connection_id: str) -> Subscriber | None:
        """Delete a connection; return its subscriber, or None if it is deleted already.

        Raises `StoreUnavailable`.
        """
        with map_aws_errors():
            answer = self._dynamodb.delete_item(
                TableName=self._table, Key=_key(connection_id), ReturnValues="ALL_OLD"
            )
        return _connection(answer["Attributes"]).subscriber if "Attributes" in answer else None

    def remove_many(self, connection_ids: Iterable[str]) -> None:
        """Delete connections; those that a throttled table rejects stay. Raises `StoreUnavailable`."""
        with map_aws_errors():
            for some in batched(connection_ids, _WRITES_PER_BATCH, strict=False):
                deletes: list[WriteRequestTypeDef] = [
                    {"DeleteRequest": {"Key": _key(connection_id)}} for connection_id in some
                ]
                self._dynamodb.batch_write_item(RequestItems={self._table: deletes})

    def everyone(self, now: datetime) -> list[Connection]:
        """Return all connections that may be open, by consistent read.

        DynamoDB deletes expired items within days, so expired ones are filtered out here. Raises
        `StoreUnavailable`.
        """
        with ThreadPoolExecutor(SHARDS) as pool:
            found = pool.map(lambda shard: list(self.in_shard(shard, now)), range(SHARDS))
            return list(chain.from_iterable(found))

    def in_shard(self, shard: int, now: datetime) -> Iterator[Connection]:
        """Yield the connections of one shard that may be open; only one page of a query is in memory.

        Raises `StoreUnavailable`.
        """
        # Consistent read: it includes every connection made before it. A page that connects later requests
        # the snapshot, which is stored by then. An eventually consistent read could miss a connection made
        # in between.
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :shard",
            FilterExpression="expires_at > :now",
            ExpressionAttributeValues={
                ":shard": {"S": f"connection#{shard}"},
                ":now": {"N": str(int(now.timestamp()))},
            },
            ConsistentRead=True,
        )
        with map_aws_errors():
            for page in pages:
                yield from map(_connection, page["Items"])


def shard_of(connection_id: str) -> int:
    """Return the shard of a connection, by a hash of its id."""
    return zlib.crc32(connection_id.encode()) % SHARDS


def _key(connection_id: str) -> dict[str, AttributeValueTypeDef]:
    return {"pk": {"S": f"connection#{shard_of(connection_id)}"}, "sk": {"S": connection_id}}


def _connection(item: dict[str, AttributeValueTypeDef]) -> Connection:
    context: dict[str, str] = {name: item[name]["S"] for name in ("scope", "poll_id") if name in item}
    connected_at = datetime.fromtimestamp(int(item["connected_at"]["N"]), UTC)
    return Connection(item["sk"]["S"], Subscriber.from_context(context), connected_at)
