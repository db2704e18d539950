"""Invalid records in GameResults, and the transaction that counts one as a vote."""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from contracts.model import format_instant

from results_service.adapters.calls import ConditionFailed, items_with, key_of, map_aws_errors
from results_service.adapters.epochs import SORT_KEY, counter_key
from results_service.adapters.game_results_items import counts_of
from results_service.domain.epoch import FIRST
from results_service.domain.errors import AlreadyRebuilt, StoreUnavailable
from results_service.domain.redrive import Invalid, invalid_at
from results_service.domain.tally import tally_of_votes
from results_service.domain.vote_record import UNREADABLE, Vote

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_FAILED: Final = "ConditionalCheckFailed"
_STATUS: Final = {"#status": "status"}


class Outcome(Enum):
    """Result of processing an invalid record again."""

    DONE = auto()
    INVALID = auto()
    ANOTHERS = auto()
    TOO_EARLY = auto()
    """The batch with this record is not counted yet, so the record is not counted as invalid yet."""


class InvalidRecords:
    """Every method raises `StoreUnavailable` if a call is not confirmed."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def pending(self, poll_id: str) -> Iterator[Invalid]:
        """Yield pending records: those of the poll, and those whose key names no poll."""
        for kept_under in (poll_id, UNREADABLE):
            for item in items_with(self._client, self._table, kept_under, "invalid#"):
                if item["status"]["S"] == "pending":
                    yield invalid_at(kept_under, item["sk"]["S"], item["record"]["S"])

    def count(self, poll_id: str, invalid: Invalid, vote: Vote, now: datetime) -> Outcome:
        """Count a record once as a vote and no longer as invalid.

        Condition 1: the high-water mark of its shard has passed the record. Otherwise its batch is still to
        be counted and would count it again. Condition 2: no rebuild has begun, because the base of a rebuild
        would contain the record as well. Raises `AlreadyRebuilt`.
        """
        checks: list[Any] = [
            self._done(invalid, now),
            {
                "ConditionCheck": {
                    "TableName": self._table,
                    "Key": counter_key(invalid.kept_under, FIRST.name, invalid.shard_id),
                    "ConditionExpression": "hwm >= :mark",
                    "ExpressionAttributeValues": {":mark": {"S": invalid.mark or ""}},
                }
            },
            {
                "ConditionCheck": {
                    "TableName": self._table,
                    "Key": key_of(poll_id, SORT_KEY),
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            },
        ]
        try:
            self._client.transact_write_items(TransactItems=[*checks, *self._moves(poll_id, invalid, vote)])
        except self._client.exceptions.TransactionCanceledException as error:
            reasons = [reason["Code"] for reason in error.response["CancellationReasons"]]
            if reasons[0] == _FAILED:
                return Outcome.DONE
            if reasons[1] == _FAILED:
                return Outcome.TOO_EARLY
            if reasons[2] == _FAILED:
                raise AlreadyRebuilt from error
            raise StoreUnavailable(f"redrive: {error}") from error
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailable(f"redrive: {error}") from error
        return Outcome.DONE

    def applied(self, invalid: Invalid, now: datetime) -> None:
        """Mark a record as done after its poll event was applied. Applying an event is idempotent."""
        try:
            with map_aws_errors("redrive"):
                self._client.update_item(**self._done(invalid, now)["Update"])
        except ConditionFailed:
            return

    def _done(self, invalid: Invalid, now: datetime) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self._table,
                "Key": key_of(invalid.kept_under, invalid.sort_key),
                "UpdateExpression": "SET #status = :done, redriven_at = :now",
                "ConditionExpression": "#status = :pending",
                "ExpressionAttributeNames": _STATUS,
                "ExpressionAttributeValues": {
                    ":done": {"S": "done"},
                    ":pending": {"S": "pending"},
                    ":now": {"S": format_instant(now)},
                },
            }
        }

    def _moves(self, poll_id: str, invalid: Invalid, vote: Vote) -> Iterator[Any]:
        """Yield the updates: one more vote for the poll, one less invalid record where it was counted."""
        one, less = {":one": {"N": "1"}}, {":less": {"N": "-1"}}
        tally = tally_of_votes([vote])
        counted = ", ".join(f"{name} :one" for name, count in counts_of(tally).items() if count)
        if invalid.kept_under == poll_id:
            yield self._add(poll_id, f"{counted}, i :less", one | less)
        else:
            yield self._add(poll_id, counted, one)
            yield self._add(invalid.kept_under, "i :less", less)

    def _add(self, poll_id: str, actions: str, values: dict[str, Any]) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self._table,
                "Key": counter_key(poll_id, FIRST.name, "redriven"),
                "UpdateExpression": f"ADD {actions}",
                "ExpressionAttributeValues": values,
            }
        }
