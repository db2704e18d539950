"""The VotesLog table: votes, each written once by the workflow and never touched again."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from contracts.events import VOTE_EVENTS, VoteCast
from contracts.ids import PollId
from contracts.stream import AttributeValue, NotAContractEvent, event_attribute, read_event

from vote_service.adapters.aws import failures_as_refusals
from vote_service.domain.vote_decision import StoredVote, SubmittedVote
from vote_service.domain.vote_log_page import VoteLogEntry

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


PAGE: Final = 5_000
"""At most so many votes are read at once; DynamoDB stops at 1 MB, some 3,500 of them, before that."""


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
                "voter_token": item["voter_token"]["S"],
            }
        )

    def page(
        self, poll_id: PollId, bucket: int, start: str | None, limit: int = PAGE
    ) -> tuple[list[VoteLogEntry], bool]:
        """Return a bucket's entries from the place `start` on, and whether there are more behind them.

        Raises `Throttled` or `Unavailable`.
        """
        values = {":pk": {"S": f"{poll_id}#{bucket}"}} | ({} if start is None else {":start": {"S": start}})
        with failures_as_refusals():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk" + ("" if start is None else " AND sk >= :start"),
                ExpressionAttributeValues=values,
                ProjectionExpression="sk, event",
                ConsistentRead=True,
                Limit=limit,
            )
        entries = [VoteLogEntry(item["sk"]["S"], _vote_in(item, poll_id)) for item in answer["Items"]]
        return entries, "LastEvaluatedKey" in answer

    def moments(self, poll_id: PollId, bucket: int) -> Iterator[list[datetime]]:
        """Yield when a bucket's votes were recorded, page by page, and nothing else of them.

        Raises `Throttled` or `Unavailable`.
        """
        start: dict[str, Any] = {}
        while True:
            with failures_as_refusals():
                answer = self._client.query(
                    TableName=self._table,
                    KeyConditionExpression="pk = :pk",
                    ExpressionAttributeValues={":pk": {"S": f"{poll_id}#{bucket}"}},
                    ProjectionExpression="event.recorded_at",
                    Limit=PAGE,
                    **start,
                )
            yield [moment for item in answer["Items"] if (moment := _moment_in(item)) is not None]
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def item_of(vote: SubmittedVote, recorded_at: datetime) -> dict[str, AttributeValue]:
    """Return the whole item to write for a vote, in DynamoDB's JSON."""
    event = VoteCast(poll_id=vote.poll_id, choice=vote.choice, recorded_at=recorded_at)
    own = {"receipt": {"S": vote.receipt}, "voter_token": {"S": vote.voter_token}}
    return {**_key(vote), "event": event_attribute(event), **own}


def _key(vote: SubmittedVote) -> dict[str, AttributeValue]:
    return {"pk": {"S": f"{vote.poll_id}#{vote.bucket}"}, "sk": {"S": vote.voter_key}}


def _moment_in(item: Mapping[str, Any]) -> datetime | None:
    """Return when a vote was recorded, or None for what is no vote by contract."""
    try:
        return datetime.fromisoformat(item["event"]["M"]["recorded_at"]["S"])
    except (KeyError, TypeError, ValueError):
        return None


def _vote_in(item: Mapping[str, Any], poll_id: PollId) -> VoteCast | None:
    """Judge an item as the counter judges its stream record: a vote of this poll, or nothing."""
    try:
        vote = read_event(item, VOTE_EVENTS)
    except NotAContractEvent:
        return None
    return vote if vote.poll_id == poll_id else None
