"""Store each poll's current broadcast window. Only one invocation can begin the next one."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from realtime_service.adapters.errors import ConditionFailed, map_aws_errors
from realtime_service.domain.window import OpenWindow, WindowNumber

if TYPE_CHECKING:
    from contracts.ids import PollId
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


class Windows:
    """Stores the items `window` / poll id, with times in milliseconds."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def begin(self, poll_id: PollId, now: datetime, length: timedelta) -> OpenWindow | None:
        """Begin the next window and return None, or return the window that is still open.

        A window that is nearly over is followed by one from its end: votes are counted about once in a
        second, and a change that comes a little early would otherwise wait for the queue's whole second.
        Raises `StoreUnavailable`.
        """
        stored = self._begin(poll_id, now, length, "attribute_not_exists(pk) OR ends_at <= :now")
        if stored is None:
            return None
        window = _window(stored)
        if window.nearly_over(now, length) and self.follow(
            poll_id, window.number, window.ends_at, length, again=False
        ):
            return None
        return window

    def follow(
        self, poll_id: PollId, window: WindowNumber, start: datetime, length: timedelta, *, again: bool
    ) -> bool:
        """Begin the window after `window` at `start`; return False if another invocation has begun it.

        `again`: this is a further delivery of one order. Then it was perhaps this order that began the next
        window, in an invocation that ended before it had posted. Raises `StoreUnavailable`.
        """
        numbers: dict[str, AttributeValueTypeDef] = {
            ":window": {"N": str(window)},
            ":next": {"N": str(window + (1 if again else 0))},
        }
        condition = "attribute_not_exists(pk) OR begun = :window OR begun = :next"
        return self._begin(poll_id, start, length, condition, numbers) is None

    def await_end(self, poll_id: PollId, window: WindowNumber) -> None:
        """Record that a broadcast at the window's end is ordered. Raises `StoreUnavailable`."""
        try:
            with map_aws_errors():
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key=_key(poll_id),
                    UpdateExpression="SET awaited = :window",
                    ConditionExpression="begun = :window",
                    ExpressionAttributeValues={":window": {"N": str(window)}},
                )
        except ConditionFailed:
            return

    def _begin(
        self,
        poll_id: PollId,
        start: datetime,
        length: timedelta,
        condition: str,
        values: dict[str, AttributeValueTypeDef] | None = None,
    ) -> dict[str, Any] | None:
        """Begin a window if the condition holds and return None, or return the stored item.

        If the response is lost, the SDK sends the write again: `written_by` shows that it has succeeded.
        """
        this: AttributeValueTypeDef = {"S": secrets.token_hex(8)}
        try:
            with map_aws_errors():
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key=_key(poll_id),
                    UpdateExpression="SET ends_at = :ends, written_by = :this ADD begun :one",
                    ConditionExpression=condition,
                    ExpressionAttributeValues={
                        ":one": {"N": "1"},
                        ":ends": _milliseconds(start + length),
                        ":this": this,
                        **({":now": _milliseconds(start)} if values is None else values),
                    },
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionFailed as stored:
            return None if stored.item.get("written_by") == this else stored.item
        return None


def _window(item: dict[str, Any]) -> OpenWindow:
    ends_at = datetime.fromtimestamp(int(item["ends_at"]["N"]) / 1000, UTC)
    return OpenWindow(int(item["begun"]["N"]), ends_at, item.get("awaited") == item["begun"])


def _milliseconds(at: datetime) -> AttributeValueTypeDef:
    return {"N": str(int(at.timestamp() * 1000))}


def _key(poll_id: PollId) -> dict[str, AttributeValueTypeDef]:
    return {"pk": {"S": "window"}, "sk": {"S": poll_id}}
