"""Records that were set aside, in the table GameResults, and the one step that makes a vote of one."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError
from contracts.ids import Choice
from contracts.model import format_instant

from results_service.domain.errors import StoreUnavailable
from results_service.domain.redrive import Invalid, invalid_at
from results_service.domain.vote_log import UNREADABLE
from results_service.store.calls import items_with, key_of
from results_service.store.game_results import EPOCH

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_FAILED: Final = "ConditionalCheckFailed"


class InvalidRecords:
    """Every method raises `StoreUnavailable` when a call is not confirmed."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def pending(self, poll_id: str) -> Iterator[Invalid]:
        """Yield a poll's records of VotesLog that are set aside and not counted since."""
        for item in items_with(self._client, self._table, poll_id, "invalid#"):
            found = invalid_at(item["sk"]["S"], item["record"]["S"])
            if item["status"]["S"] == "pending" and found.shard_id != "polls" and poll_id != UNREADABLE:
                yield found

    def count(self, poll_id: str, invalid: Invalid, choice: Choice, now: datetime) -> bool:
        """Count one as a vote and no longer as invalid, once; tell whether it is counted now.

        It lies below its shard's mark, so no redelivery will ever count it: that is a condition, for a batch
        that is still to be counted would count it again. False: that batch is not counted yet.
        """
        moment = {"S": format_instant(now)}
        try:
            self._client.transact_write_items(
                TransactItems=[
                    {
                        "Update": {
                            "TableName": self._table,
                            "Key": key_of(poll_id, invalid.sort_key),
                            "UpdateExpression": "SET #status = :done, redriven_at = :now",
                            "ConditionExpression": "#status = :pending",
                            "ExpressionAttributeNames": {"#status": "status"},
                            "ExpressionAttributeValues": {
                                ":done": {"S": "done"}, ":pending": {"S": "pending"}, ":now": moment
                            },
                        }
                    },
                    {
                        "Update": {
                            "TableName": self._table,
                            "Key": key_of(poll_id, f"redriven#{EPOCH}"),
                            "UpdateExpression": "ADD #choice :one, i :less SET redriven_at = :now",
                            "ExpressionAttributeNames": {"#choice": choice.value},
                            "ExpressionAttributeValues": {
                                ":one": {"N": "1"}, ":less": {"N": "-1"}, ":now": moment
                            },
                        }
                    },
                    {
                        "ConditionCheck": {
                            "TableName": self._table,
                            "Key": key_of(poll_id, f"shard#{EPOCH}#{invalid.shard_id}"),
                            "ConditionExpression": "h >= :mark",
                            "ExpressionAttributeValues": {":mark": {"S": invalid.mark or ""}},
                        }
                    },
                ]
            )  # fmt: skip
        except self._client.exceptions.TransactionCanceledException as error:
            pending, _, below_mark = (reason["Code"] for reason in error.response["CancellationReasons"])
            if pending == _FAILED:
                return True
            if below_mark == _FAILED:
                return False
            raise StoreUnavailable(f"redrive: {error}") from error
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailable(f"redrive: {error}") from error
        return True
