"""The Polls table: polls, and the one pointer that says which of them is active.

The pointer is the item `#active`: the poll opened last and, once known, when that closes. It is never
removed; past its `closes_at` it points at nothing. So who may open is decided inside the transaction that
opens, by the clock, and does not depend on anybody having tidied up.
"""

from typing import TYPE_CHECKING, Any, Final, Self

import boto3
from botocore.exceptions import ClientError
from contracts.ids import PollId
from contracts.refusal import Refused

from poll_service.domain.lifecycle import Change
from poll_service.domain.poll import Poll
from poll_service.domain.refusals import (
    AnotherPollActive,
    ChangedMeanwhile,
    PollNotFound,
    Unavailable,
)
from poll_service.store.aws import SDK, temporary_failures_as_unavailable
from poll_service.store.cursor import read_cursor, write_cursor
from poll_service.store.poll_item import ENTITY, Item, from_item
from poll_service.store.transaction import POINTER, writes_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEX: Final = "by_created"
FAILED_CONDITION: Final = "ConditionalCheckFailed"


class PollsStore:
    """Reads are consistent, except the list. Writes are transactions even where one item would do.

    A transaction carries a token: when an answer is lost and the SDK sends again, DynamoDB knows it for the
    same. A plain conditional write would then fail on its own first attempt.
    """

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    @classmethod
    def at(cls, table: str) -> Self:
        """Return the store of this table, with a client of its own."""
        return cls(boto3.client("dynamodb", config=SDK), table)

    def get(self, poll_id: PollId) -> Poll:
        """Return the poll. Raises `PollNotFound` or `Unavailable`."""
        item = self._read({"poll_id": {"S": poll_id}})
        if item is None:
            raise PollNotFound
        return from_item(item)

    def opened_last(self) -> Poll | None:
        """Return the poll that was opened last, whatever has become of it since. Raises `Unavailable`."""
        pointer = self._read(POINTER)
        return None if pointer is None else self.get(pointer["active_poll_id"]["S"])

    def page(self, limit: int, cursor: str | None) -> tuple[list[Poll], str | None]:
        """Return up to `limit` polls, newest first, and the cursor of what follows them, if anything does.

        Eventually consistent: a poll created this moment may be missing. Raises `BadCursor` or `Unavailable`.
        """
        start: dict[str, Any] = {} if cursor is None else {"ExclusiveStartKey": read_cursor(cursor)}
        with temporary_failures_as_unavailable():
            items = self._client.query(
                TableName=self._table,
                IndexName=INDEX,
                KeyConditionExpression="entity = :entity",
                ExpressionAttributeValues={":entity": {"S": ENTITY}},
                ScanIndexForward=False,
                Limit=limit + 1,
                **start,
            )["Items"]
        polls = [from_item(item) for item in items[:limit]]
        return polls, write_cursor(items[limit - 1]) if len(items) > limit else None

    def save(self, change: Change) -> None:
        """Write what a step made of a poll and, in the same transaction, the pointer if the step moves it.

        Raises `ChangedMeanwhile` if the poll is no longer at the revision before, `AnotherPollActive` (only
        when opening), or `Unavailable`. A change without event is nothing to write.
        """
        if change.event is None:
            return
        try:
            with temporary_failures_as_unavailable():
                self._client.transact_write_items(TransactItems=writes_of(change, self._table))
        except self._client.exceptions.TransactionCanceledException as cancelled:
            refusal = _refusal(cancelled)
            if refusal is None:
                raise
            raise refusal from cancelled

    def _read(self, key: Item) -> Item | None:
        with temporary_failures_as_unavailable():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return answer.get("Item")


def _refusal(cancelled: ClientError) -> Refused | None:
    """Return what the reasons of a cancelled transaction mean: the poll's first, then the pointer's."""
    reasons: list[Any] = list(cancelled.response["CancellationReasons"])
    codes = [reason.get("Code", "None") for reason in reasons]
    if codes == ["None", FAILED_CONDITION]:
        return AnotherPollActive(f"Poll {reasons[1]['Item']['active_poll_id']['S']} is open: close it first")
    if {FAILED_CONDITION, "TransactionConflict"} & set(codes):
        return ChangedMeanwhile("Somebody else changed this poll at the same moment")
    if {"ThrottlingError", "ProvisionedThroughputExceeded"} & set(codes):
        return Unavailable()
    return None
