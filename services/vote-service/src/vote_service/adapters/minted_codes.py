"""How many codes each poll has had minted, in VotingState: a number, never the codes."""

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from contracts.ids import PollId
from contracts.stream import AttributeValue
from gateway.audit_log import REPEATABLE_FOR
from gateway.request import KeyReused

from vote_service.adapters.aws import TransactionCancelled, failures_as_refusals
from vote_service.domain.code import MAX_CODES
from vote_service.domain.errors import Throttled, TooManyCodes

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

KEY_PREFIX: Final = "#codes#"
"""Before the poll's id: an item of its own beside the poll's copy, and no poll's id begins like that."""


class MintedCodes:
    """One counter per poll, and an item per submission, written by `mint_codes` alone."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def count(self, poll_id: PollId) -> int:
        """Return how many there are. Raises `Throttled` or `Unavailable`."""
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
        """Count so many more, once for a submission however often it arrives, and tell whether that is now.

        The entry in the audit log is written with it, or not at all.

        Counted before they are handed out: where an answer is lost there are fewer, never more. Raises
        `TooManyCodes`, `KeyReused` where the submission was for another number, `Throttled` or `Unavailable`.
        """
        submission_key = _key(poll_id, sha256(submission.encode()).hexdigest())
        try:
            with failures_as_refusals():
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
                                "ConditionExpression": "attribute_not_exists(minted) OR minted <= :room",
                                "ExpressionAttributeValues": {
                                    ":count": {"N": str(count)},
                                    ":room": {"N": str(MAX_CODES - count)},
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
        with failures_as_refusals():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return dict(answer.get("Item", {}))


def _key(poll_id: PollId, submission: str | None = None) -> dict[str, AttributeValue]:
    return {"poll_id": {"S": f"{KEY_PREFIX}{poll_id}{f'#{submission}' if submission else ''}"}}
