"""Counters of new voter tokens, in VotingState beside the polls: no poll id begins as their keys do.

A name holds its window's start, so a counter that has expired and is not deleted yet counts for nothing.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from vote_service.adapters.aws import failures_as_refusals

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX: Final = "#voter-tokens#"
MAX_REMEMBERED: Final = 1_000
"""How many full counters a process keeps in mind: what they refuse costs no call any more."""


class VoterTokenCounters:
    """One item per network or code, and window, counted up to a limit by the write's own condition."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._full: set[str] = set()

    def count(self, name: str, limit: int, expires_at: datetime) -> bool:
        """Count one more and tell whether it was within the limit.

        A retry after a lost answer counts twice: the limit is generous, and nobody's vote hangs on it.

        Raises `Throttled`, `Unavailable` or `NotStorable`.
        """
        if name in self._full:
            return False
        try:
            with failures_as_refusals():
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
