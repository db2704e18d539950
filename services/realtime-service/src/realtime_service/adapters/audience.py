"""How many watch: as the last broadcast told that found another number, or as a ping has counted since."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from realtime_service.adapters.errors import ConditionFailed, map_aws_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

ANNOUNCE_INTERVAL: Final = timedelta(seconds=10)
"""A frame more for everybody is a tenth of what a poll with a change a second costs."""

MAX_AGE: Final = timedelta(minutes=10)
"""An old number says nothing."""

COUNT_INTERVAL: Final = timedelta(seconds=30)
"""Counting reads every connection: while nothing is broadcast, one ping does it for all."""

_COUNTED: Final[dict[str, AttributeValueTypeDef]] = {"pk": {"S": "frame"}, "sk": {"S": "#counted"}}
_KEY: Final[dict[str, AttributeValueTypeDef]] = {"pk": {"S": "frame"}, "sk": {"S": "#viewers"}}


class Presence:
    """Knows the items `frame` / `#viewers`, which everybody was told, and `frame` / `#counted`."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def moved(self, viewers: int, now: datetime) -> bool:
        """Store the number and return True if it is to be told: another one, or the last was long ago.

        Raises `StoreUnavailable`.
        """
        this = _new_write()
        try:
            with map_aws_errors():
                self._dynamodb.put_item(
                    TableName=self._table,
                    Item={
                        **_KEY,
                        "viewers": {"N": str(viewers)},
                        "updated_at": _instant(now),
                        "written_by": this,
                    },
                    ConditionExpression=(
                        "attribute_not_exists(pk) OR updated_at < :stale"
                        " OR (viewers <> :viewers AND updated_at <= :before)"
                    ),
                    ExpressionAttributeValues={
                        ":viewers": {"N": str(viewers)},
                        ":before": _instant(now - ANNOUNCE_INTERVAL),
                        ":stale": _instant(now - MAX_AGE / 2),
                    },
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionFailed as stored:
            # What stands there may be this very write, whose answer was lost; the number is still to be told.
            return bool(stored.item.get("written_by") == this)
        return True

    def claimed(self, now: datetime) -> bool:
        """Return whether this caller is to count: nobody has for a while. Raises `StoreUnavailable`."""
        this = _new_write()
        try:
            with map_aws_errors():
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key=_COUNTED,
                    UpdateExpression="SET updated_at = :now, written_by = :this",
                    ConditionExpression="attribute_not_exists(pk) OR updated_at < :before",
                    ExpressionAttributeValues={
                        ":now": _instant(now),
                        ":this": this,
                        ":before": _instant(now - COUNT_INTERVAL),
                    },
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionFailed as stored:
            return bool(stored.item.get("written_by") == this)
        return True

    def counted(self, viewers: int, now: datetime) -> None:
        """Store what a ping has counted; only who pings is told of it. Raises `StoreUnavailable`."""
        with map_aws_errors():
            self._dynamodb.put_item(
                TableName=self._table,
                Item={**_COUNTED, "viewers": {"N": str(viewers)}, "updated_at": _instant(now)},
            )

    def known(self, now: datetime, within: timedelta = MAX_AGE) -> int | None:
        """Return the newest number, None if it is older than that. Raises `StoreUnavailable`."""
        with map_aws_errors():
            found = [self._dynamodb.get_item(TableName=self._table, Key=key) for key in (_KEY, _COUNTED)]
        numbers = [
            (int(answer["Item"]["updated_at"]["N"]), int(answer["Item"]["viewers"]["N"]))
            for answer in found
            if "viewers" in answer.get("Item", {})
        ]
        updated_at, viewers = max(numbers, default=(0, 0))
        return viewers if now - datetime.fromtimestamp(updated_at, UTC) <= within else None


def _new_write() -> AttributeValueTypeDef:
    """Return what tells this write from any other: the SDK sends it again where an answer was lost."""
    return {"S": secrets.token_hex(8)}


def _instant(at: datetime) -> AttributeValueTypeDef:
    return {"N": str(int(at.timestamp()))}
