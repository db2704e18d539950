"""The VotesLog table: the workflow writes each vote once, and votes never change."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from contracts.events import VOTE_EVENTS, VoteCast
from contracts.ids import PollId
from contracts.stream import AttributeValue, NotAContractEvent, event_attribute, read_event

from vote_service.adapters.aws import map_aws_errors
from vote_service.domain.vote_decision import StoredVote, SubmittedVote
from vote_service.domain.vote_log_page import PAGE, VoteLogEntry

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class VotesLog:
    """Reads votes. The key of an item is poll, bucket and voter key, so a voter has one vote per poll."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def find(self, vote: SubmittedVote) -> StoredVote | None:
        """Return the stored vote with this vote's key, or None. Raises `Throttled` or `Unavailable`."""
        with map_aws_errors():
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
        """Return a bucket's entries from the voter key `start` on, and whether more entries follow.

        DynamoDB ends a query at 1 MB, or about 3,500 votes.

        Raises `Throttled` or `Unavailable`.
        """
        values = {":pk": {"S": f"{poll_id}#{bucket}"}} | ({} if start is None else {":start": {"S": start}})
        with map_aws_errors():
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk" + ("" if start is None else " AND sk >= :start"),
                ExpressionAttributeValues=values,
                ProjectionExpression="sk, event, receipt",
                ConsistentRead=True,
                Limit=limit,
            )
        entries = [
            VoteLogEntry(item["sk"]["S"], _vote_in(item, poll_id), item.get("receipt", {}).get("S"))
            for item in answer["Items"]
        ]
        return entries, "LastEvaluatedKey" in answer

    def moments(self, poll_id: PollId, bucket: int) -> Iterator[list[datetime]]:
        """Yield the times of a bucket's votes, page by page.

        Raises `Throttled` or `Unavailable`.
        """
        start: dict[str, Any] = {}
        while True:
            with map_aws_errors():
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
    """Return the item to write for a vote, in DynamoDB's JSON."""
    event = VoteCast(
        poll_id=vote.poll_id,
        choice=vote.choice,
        recorded_at=recorded_at,
        shown_first=vote.shown_first,
        trace_id=vote.trace_id,
    )
    own = {"receipt": {"S": vote.receipt}, "voter_token": {"S": vote.voter_token}}
    return {**_key(vote), "event": event_attribute(event), **own}


def _key(vote: SubmittedVote) -> dict[str, AttributeValue]:
    return {"pk": {"S": f"{vote.poll_id}#{vote.bucket}"}, "sk": {"S": vote.voter_key}}


def _moment_in(item: Mapping[str, Any]) -> datetime | None:
    """Return the time of a vote, or None if the item is not a valid vote."""
    try:
        return datetime.fromisoformat(item["event"]["M"]["recorded_at"]["S"])
    except (KeyError, TypeError, ValueError):
        return None


def _vote_in(item: Mapping[str, Any], poll_id: PollId) -> VoteCast | None:
    """Return the item's vote, or None if it is invalid or of another poll; results-service counts alike."""
    try:
        vote = read_event(item, VOTE_EVENTS)
    except NotAContractEvent:
        return None
    return vote if vote.poll_id == poll_id else None
