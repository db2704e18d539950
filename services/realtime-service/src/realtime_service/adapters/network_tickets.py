"""Count the tickets of a network in a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from realtime_service.adapters.errors import ConditionFailed, map_aws_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from realtime_service.domain.network_limit import NetworkWindow


class NetworkTickets:
    """Stores the items `#network#…` / `tickets`. A write condition enforces the limit.

    Each network's counter has a partition of its own, so that many networks do not share one's writes.
    """

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def count(self, window: NetworkWindow, limit: int) -> bool:
        """Increment a counter; return False if the limit was reached before. Raises `StoreUnavailable`.

        A retry after a lost response counts twice, which is acceptable because the limit is generous.
        """
        try:
            with map_aws_errors():
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key={"pk": {"S": f"#network#{window.name}"}, "sk": {"S": "tickets"}},
                    UpdateExpression="ADD issued :one SET expires_at = :expires_at",
                    ConditionExpression="attribute_not_exists(issued) OR issued < :limit",
                    ExpressionAttributeValues={
                        ":one": {"N": "1"},
                        ":limit": {"N": str(limit)},
                        ":expires_at": {"N": str(int(window.ends_at.timestamp()))},
                    },
                )
        except ConditionFailed:
            return False
        return True
