"""Count the minted codes of each poll, in VotingState; codes themselves are not stored."""

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from chassis.audit_log import REPEATABLE_FOR
from chassis.request import KeyReused
from contracts.ids import PollId
from contracts.stream import AttributeValue

from vote_service.adapters.aws import TransactionCancelled, map_aws_errors
from vote_service.domain.code import MAX_CODES
from vote_service.domain.errors import Throttled, TooManyCodes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

KEY_PREFIX: Final = "#codes#"
"""Prefix of the keys of these items; no poll id begins with it."""


class MintedCodes:
    """One counter per poll and one item per submission; only `mint_codes` writes them."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def count(self, poll_id: PollId) -> int:
        """Return the number of minted codes. Raises `Throttled` or `Unavailable`."""
        item = self._read(_key(poll_id))
        return int(item["minted"]["N"]) if item else 0

    def add(
        self,
        poll_id: PollId,
        count: int,
        submission: str,
        now: datetime,
        entry: "TransactWriteItemTypeDef",
    ) -> bool:
        """Add `count` to the counter, once per submission; return False if it was counted before.

        The audit event is written in the same transaction. Codes are counted before they are returned, so
        that the counter is never too low if a response is lost. Raises `TooManyCodes`, `KeyReused` if the
        submission had another count, `Throttled` or `Unavailable`.
        """
        submission_key = _key(poll_id, sha256(submission.encode()).hexdigest())
        try:
            with map_aws_errors():
                self._client.transact_write_items(
                    TransactItems=[
                        {
                            "Update": {
                                "TableName": self._table,
                                "Key": submission_key,
                                "UpdateExpression": "SET asked = :count, expires_at = :expires_at",
                                "ConditionExpression": "attribute_not_exists(poll_id) OR expires_at <= :now",
                                "ExpressionAttributeValues": {
                                    ":now": {"N": str(int(now.timestamp()))},
                                    ":count": {"N": str(count)},
                                    ":expires_at": {"N": str(int((now + REPEATABLE_FOR).timestamp()))},
                                },
                            }
                        },
                        {
                            "Update": {
                                "TableName": self._table,
                                "Key": _key(poll_id),
                                "UpdateExpression": "ADD minted :count",
                                "ConditionExpression": "attribute_not_exists(minted) OR minted <= :limit",
                                "ExpressionAttributeValues": {
                                    ":count": {"N": str(count)},
                                    ":limit": {"N": str(MAX_CODES - count)},
                                },
                            }
                        },
                        entry,
                    ]
                )
        except TransactionCancelled as cancelled:
            repeated, full, _ = (reason == "ConditionalCheckFailed" for reason in cancelled.reasons)
            if repeated:
                if self._read(submission_key).get("asked") != {"N": str(count)}:
                    raise KeyReused from cancelled
                return False
            if full:
                raise TooManyCodes(most=MAX_CODES, left=MAX_CODES - self.count(poll_id)) from cancelled
            raise Throttled from cancelled
        return True

    def _read(self, key: dict[str, AttributeValue]) -> dict[str, Any]:
        with map_aws_errors():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return dict(answer.get("Item", {}))


def _key(poll_id: PollId, submission: str | None = None) -> dict[str, AttributeValue]:
    return {"poll_id": {"S": f"{KEY_PREFIX}{poll_id}{f'#{submission}' if submission else ''}"}}
