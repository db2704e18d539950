"""The Polls table: polls, and the one schedule of the times at which they are open.

The schedule is the item `#schedule`. Opening a poll, or moving its times, writes poll and schedule in one
transaction, each on condition of the revision that was read. So two polls can never overlap, and that does
not depend on any clean-up: the clock ends a time slot.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Self

import boto3
from botocore.exceptions import ClientError
from chassis.aws import AWS_CONFIG, bounded
from chassis.request import KeyReused
from contracts.domain_error import DomainError
from contracts.ids import PollId

from poll_service.adapters.aws import temporary_failures_as_unavailable
from poll_service.adapters.cursor import read_cursor, write_cursor
from poll_service.adapters.poll_item import ENTITY, Item, from_item, is_deleted
from poll_service.adapters.schedule_item import SCHEDULE_KEY, schedule_in
from poll_service.adapters.transaction import writes_of
from poll_service.domain.change import Change
from poll_service.domain.errors import PollNotFound, Unavailable, UnknownRerun, WriteConflict
from poll_service.domain.poll import Poll
from poll_service.domain.schedule import Schedule

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEX: Final = "by_created"
FAILED_CONDITION: Final = "ConditionalCheckFailed"


class PollsStore:
    """Stores polls. Reads are consistent, except the list. Writes are transactions, even of a single item.

    A transaction carries a token: if a response is lost and the SDK retries, DynamoDB recognises the
    repetition. A plain conditional write would then fail because of its own first attempt.
    """

    def __init__(self, client: "DynamoDBClient", table: str, audit_log: str | None = None) -> None:
        self._client = client
        self._table = table
        self._audit_log = audit_log

    @classmethod
    def at(cls, table: str, audit_log: str | None = None) -> Self:
        """Return the store of this table, with a client of its own; without an audit log, for reading."""
        return cls(bounded(boto3.client("dynamodb", config=AWS_CONFIG)), table, audit_log)

    def get(self, poll_id: PollId) -> Poll:
        """Return the poll. Raises `PollNotFound` or `Unavailable`."""
        item = self._read({"poll_id": {"S": poll_id}})
        if item is None or is_deleted(item):
            raise PollNotFound
        return from_item(item)

    def get_unless_deleted(self, poll_id: PollId) -> Poll | None:
        """Return the poll, None for one that was deleted. Raises `PollNotFound` or `Unavailable`."""
        item = self._read({"poll_id": {"S": poll_id}})
        if item is None:
            raise PollNotFound
        return None if is_deleted(item) else from_item(item)

    def create(self, change: Change) -> tuple[Poll, bool]:
        """Write a new poll; return it and True, or the poll that the same request created earlier, and False.

        The earlier poll is returned in its current state. Raises `KeyReused` if another request created it or
        if it was deleted since, `Unavailable` also if it is being created at this moment.
        """
        try:
            self.save(change)
        except WriteConflict:
            return self._created_before(change.poll), False
        return change.poll, True

    def _created_before(self, poll: Poll) -> Poll:
        try:
            before = self.get_unless_deleted(poll.poll_id)
        except PollNotFound as error:
            raise Unavailable from error
        if before is None or before.created_from != poll.created_from:
            raise KeyReused
        return before

    def first_run(self, rerun_of: PollId | None) -> PollId | None:
        """Return the first poll of the series of repeats that `rerun_of` belongs to.

        Raises `UnknownRerun` or `Unavailable`.
        """
        if rerun_of is None:
            return None
        try:
            return self.get(rerun_of).rerun_of or rerun_of
        except PollNotFound as error:
            raise UnknownRerun from error

    def schedule(self) -> Schedule:
        """Return the schedule. Raises `Unavailable`."""
        return schedule_in(self._read(SCHEDULE_KEY))

    def shown_at(self, now: datetime) -> Poll | None:
        """Return the active poll: the open one, otherwise the next. Raises `Unavailable`."""
        poll_id = self.schedule().shown_at(now)
        return None if poll_id is None else self.get(poll_id)

    def page(self, limit: int, cursor: str | None) -> tuple[list[Poll], str | None]:
        """Return up to `limit` polls, newest first, and the cursor of the next page, None at the end.

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
        """Write a change in one transaction: the poll, the schedule if it changes, the audit event if any.

        Raises `WriteConflict` if poll or schedule is no longer at the revision before, or `Unavailable`. A
        change without event writes nothing.
        """
        if change.event is None:
            return
        try:
            with temporary_failures_as_unavailable():
                self._client.transact_write_items(
                    TransactItems=writes_of(change, self._table, self._audit_log)
                )
        except self._client.exceptions.TransactionCanceledException as cancelled:
            error = _domain_error(cancelled)
            if error is None:
                raise
            raise error from cancelled

    def _read(self, key: Item) -> Item | None:
        with temporary_failures_as_unavailable():
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return answer.get("Item")


def _domain_error(cancelled: ClientError) -> DomainError | None:
    """Return the domain error that the reasons of a cancelled transaction mean."""
    reasons: list[Any] = list(cancelled.response["CancellationReasons"])
    codes = {reason.get("Code", "None") for reason in reasons}
    if {FAILED_CONDITION, "TransactionConflict"} & codes:
        return WriteConflict("This poll, or the schedule, was changed at the same moment")
    if {"ThrottlingError", "ProvisionedThroughputExceeded"} & codes:
        return Unavailable()
    return None
