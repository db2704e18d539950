"""Rate-limit counters of new voter tokens, in VotingState; no poll id begins with their key prefix.

A counter's name contains the start of its window, so an expired counter that is not yet deleted has no
effect.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from vote_service.adapters.aws import map_aws_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX: Final = "#voter-tokens#"
MAX_REMEMBERED: Final = 1_000
"""Number of full counters that a process caches; they refuse further requests without a call."""


class VoterTokenCounters:
    """One item per network or code, and window; a write condition enforces the limit."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._full: set[str] = set()

    def count(self, name: str, limit: int, expires_at: datetime) -> bool:
        """Increment a counter; return False if the limit was reached before.

        A retry after a lost response counts twice, which is acceptable because the limit is generous.

        Raises `Throttled`, `Unavailable` or `NotStorable`.
        """
        if name in self._full:
            return False
        try:
            with map_aws_errors():
                self._client.update_item(
                    TableName=self._table,
                    Key={"poll_id": {"S": f"{PREFIX}{name}"}},
                    UpdateExpression="ADD issued :one SET expires_at = :expires_at",
                    ConditionExpression="attribute_not_exists(issued) OR issued < :limit",
                    ExpressionAttributeValues={
                        ":one": {"N": "1"},
                        ":limit": {"N": str(limit)},
                        ":expires_at": {"N": str(int(expires_at.timestamp()))},
                    },
                )
        except self._client.exceptions.ConditionalCheckFailedException:
            self._remember(name)
            return False
        return True

    def _remember(self, name: str) -> None:
        if len(self._full) >= MAX_REMEMBERED:
            self._full.clear()
        self._full.add(name)
