"""How many watch: as the last broadcast told that found another number, or as a ping has counted since."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from realtime_service.adapters.errors import ConditionFailed, translated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

TOLD_AT_MOST_EVERY: Final = timedelta(seconds=10)
"""A frame more for everybody is a tenth of what a poll with a change a second costs."""

WORTH_TELLING: Final = timedelta(minutes=10)
"""An old number says nothing."""

COUNTED_AT_MOST_EVERY: Final = timedelta(seconds=30)
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
            with translated():
                self._dynamodb.put_item(
                    TableName=self._table,
                    Item={
                        **_KEY,
                        "viewers": {"N": str(viewers)},
                        "told_at": _instant(now),
                        "written_by": this,
                    },
                    ConditionExpression=(
                        "attribute_not_exists(pk) OR told_at < :stale"
                        " OR (viewers <> :viewers AND told_at <= :before)"
                    ),
                    ExpressionAttributeValues={
                        ":viewers": {"N": str(viewers)},
                        ":before": _instant(now - TOLD_AT_MOST_EVERY),
                        ":stale": _instant(now - WORTH_TELLING / 2),
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
            with translated():
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key=_COUNTED,
                    UpdateExpression="SET told_at = :now, written_by = :this",
                    ConditionExpression="attribute_not_exists(pk) OR told_at < :before",
                    ExpressionAttributeValues={
                        ":now": _instant(now),
                        ":this": this,
                        ":before": _instant(now - COUNTED_AT_MOST_EVERY),
                    },
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionFailed as stored:
            return bool(stored.item.get("written_by") == this)
        return True

    def counted(self, viewers: int, now: datetime) -> None:
        """Store what a ping has counted; only who pings is told of it. Raises `StoreUnavailable`."""
        with translated():
            self._dynamodb.put_item(
                TableName=self._table,
                Item={**_COUNTED, "viewers": {"N": str(viewers)}, "told_at": _instant(now)},
            )

    def known(self, now: datetime, within: timedelta = WORTH_TELLING) -> int | None:
        """Return the newest number, None if it is older than that. Raises `StoreUnavailable`."""
        with translated():
            found = [self._dynamodb.get_item(TableName=self._table, Key=key) for key in (_KEY, _COUNTED)]
        numbers = [
            (int(answer["Item"]["told_at"]["N"]), int(answer["Item"]["viewers"]["N"]))
            for answer in found
            if "viewers" in answer.get("Item", {})
        ]
        told_at, viewers = max(numbers, default=(0, 0))
        return viewers if now - datetime.fromtimestamp(told_at, UTC) <= within else None


def _new_write() -> AttributeValueTypeDef:
    """Return what tells this write from any other: the SDK sends it again where an answer was lost."""
    return {"S": secrets.token_hex(8)}


def _instant(at: datetime) -> AttributeValueTypeDef:
    return {"N": str(int(at.timestamp()))}
