"""How many watch, as counted by the last broadcast that found another number than was told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from realtime_service.store.errors import ConditionFailed, translated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

TOLD_AT_MOST_EVERY: Final = timedelta(seconds=10)
"""A frame more for everybody is a tenth of what a poll with a change a second costs."""

WORTH_TELLING: Final = timedelta(minutes=10)
"""Without votes nobody counts: an old number says nothing."""

_KEY: Final[dict[str, AttributeValueTypeDef]] = {"pk": {"S": "frame"}, "sk": {"S": "#viewers"}}


class Presence:
    """Knows the item `frame` / `#viewers`."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def moved(self, viewers: int, now: datetime) -> bool:
        """Store the number and return True if it is to be told: another one, or the last was long ago.

        Raises `StoreUnavailable`.
        """
        try:
            with translated():
                self._dynamodb.put_item(
                    TableName=self._table,
                    Item={**_KEY, "viewers": {"N": str(viewers)}, "told_at": _instant(now)},
                    ConditionExpression=(
                        "attribute_not_exists(pk) OR told_at < :stale"
                        " OR (viewers <> :viewers AND told_at <= :before)"
                    ),
                    ExpressionAttributeValues={
                        ":viewers": {"N": str(viewers)},
                        ":before": _instant(now - TOLD_AT_MOST_EVERY),
                        ":stale": _instant(now - WORTH_TELLING / 2),
                    },
                )
        except ConditionFailed:
            return False
        return True

    def known(self, now: datetime) -> int | None:
        """Return the number that was told last, None if that was long ago. Raises `StoreUnavailable`."""
        with translated():
            answer = self._dynamodb.get_item(TableName=self._table, Key=_KEY)
        if "Item" not in answer:
            return None
        told_at = datetime.fromtimestamp(int(answer["Item"]["told_at"]["N"]), UTC)
        return int(answer["Item"]["viewers"]["N"]) if now - told_at <= WORTH_TELLING else None


def _instant(at: datetime) -> AttributeValueTypeDef:
    return {"N": str(int(at.timestamp()))}
