"""How many codes each poll has had minted, in VotingState: a number, never the codes."""

from typing import TYPE_CHECKING, Any, Final, cast

from contracts.ids import PollId

from vote_service.domain.code import MOST_CODES
from vote_service.domain.refusals import TooManyCodes
from vote_service.store.aws import failures_as_refusals

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY_PREFIX: Final = "#codes#"
"""Before the poll's id: an item of its own beside the poll's copy, and no poll's id begins like that."""


class MintedCodes:
    """One counter per poll, written by `mint_codes` alone."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def count(self, poll_id: PollId) -> int:
        """Return how many there are. Raises `Throttled` or `Unavailable`."""
        with failures_as_refusals():
            answer = self._client.get_item(
                TableName=self._table, Key={"poll_id": {"S": f"{KEY_PREFIX}{poll_id}"}}
            )
        return int(answer["Item"]["minted"]["N"]) if "Item" in answer else 0

    def add(self, poll_id: PollId, count: int) -> int:
        """Count so many more and return how many there are by now.

        Counted before they are handed out: where an answer is lost there are fewer, never more. Raises
        `TooManyCodes`, `Throttled` or `Unavailable`.
        """
        try:
            with failures_as_refusals():
                answer = self._client.update_item(
                    TableName=self._table,
                    Key={"poll_id": {"S": f"{KEY_PREFIX}{poll_id}"}},
                    UpdateExpression="ADD minted :count",
                    ConditionExpression="attribute_not_exists(minted) OR minted <= :room",
                    ExpressionAttributeValues={
                        ":count": {"N": str(count)},
                        ":room": {"N": str(MOST_CODES - count)},
                    },
                    ReturnValues="UPDATED_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            # What its type does not tell: the item whose number was too great already.
            there = cast("dict[str, Any]", error.response)["Item"]
            raise TooManyCodes(most=MOST_CODES, left=MOST_CODES - int(there["minted"]["N"])) from error
        return int(answer["Attributes"]["minted"]["N"])
