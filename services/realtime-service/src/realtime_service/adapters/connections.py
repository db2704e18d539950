"""Store open connections, spread over several partitions for writing and listing."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
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

BUCKETS: Final = 8
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
    """Stores the items `connection#{bucket}` / connection id."""

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

    def remove(self, connection_id: str) -> None:
        """Delete a connection. Raises `StoreUnavailable`."""
        with map_aws_errors():
            self._dynamodb.delete_item(TableName=self._table, Key=_key(connection_id))

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
        with map_aws_errors(), ThreadPoolExecutor(BUCKETS) as pool:
            found = pool.map(lambda bucket: self._in_bucket(bucket, now), range(BUCKETS))
            return list(chain.from_iterable(found))

    def _in_bucket(self, bucket: int, now: datetime) -> list[Connection]:
        # Consistent read: it includes every connection made before it. A page that connects later requests
        # the snapshot, which is stored by then. An eventually consistent read could miss a connection made
        # in between.
        pages = self._dynamodb.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :bucket",
            FilterExpression="expires_at > :now",
            ExpressionAttributeValues={
                ":bucket": {"S": f"connection#{bucket}"},
                ":now": {"N": str(int(now.timestamp()))},
            },
            ConsistentRead=True,
        )
        return [_connection(item) for page in pages for item in page["Items"]]


def _key(connection_id: str) -> dict[str, AttributeValueTypeDef]:
    bucket = zlib.crc32(connection_id.encode()) % BUCKETS
    return {"pk": {"S": f"connection#{bucket}"}, "sk": {"S": connection_id}}


def _connection(item: dict[str, AttributeValueTypeDef]) -> Connection:
    context: dict[str, str] = {name: item[name]["S"] for name in ("scope", "poll_id") if name in item}
    connected_at = datetime.fromtimestamp(int(item["connected_at"]["N"]), UTC)
    return Connection(item["sk"]["S"], Subscriber.from_context(context), connected_at)
