"""The VotesLog table: votes, each written once by the workflow and never touched again."""

from datetime import datetime
from typing import TYPE_CHECKING

from contracts.events import VoteCast
from contracts.stream import AttributeValue, event_attribute

from vote_service.domain.verdict import StoredVote, SubmittedVote
from vote_service.store.aws import failures_as_refusals

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class VotesLog:
    """Reads, and knows the shape of what is written. A voter has one place in a poll: one voter, one vote."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def find(self, vote: SubmittedVote) -> StoredVote | None:
        """Return what stands in this vote's place. Raises `Throttled` or `Unavailable`."""
        with failures_as_refusals():
            answer = self._client.get_item(TableName=self._table, Key=_key(vote), ConsistentRead=True)
        item = answer.get("Item")
        if item is None:
            return None
        event = item["event"]["M"]
        return StoredVote.model_validate(
            {
                "choice": event["choice"]["S"],
                "receipt": item["receipt"]["S"],
                "recorded_at": event["recorded_at"]["S"],
            }
        )


def item_of(vote: SubmittedVote, recorded_at: datetime) -> dict[str, AttributeValue]:
    """Return the whole item to write for a vote, in DynamoDB's JSON."""
    event = VoteCast(poll_id=vote.poll_id, choice=vote.choice, recorded_at=recorded_at)
    return {**_key(vote), "event": event_attribute(event), "receipt": {"S": vote.receipt}}


def _key(vote: SubmittedVote) -> dict[str, AttributeValue]:
    return {"pk": {"S": f"{vote.poll_id}#{vote.bucket}"}, "sk": {"S": vote.voter_key}}
