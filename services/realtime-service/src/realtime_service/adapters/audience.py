"""Store the audience size: as last broadcast, and as last counted for a ping."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from realtime_service.adapters.errors import ConditionFailed, map_aws_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

ANNOUNCE_INTERVAL: Final = timedelta(seconds=10)
"""Minimum time between two broadcasts of the audience size.

One more message per page each ten seconds is a tenth of the cost of a poll that changes every second.
"""

MAX_AGE: Final = timedelta(minutes=10)
"""An older number is out of date and is not sent."""

COUNT_INTERVAL: Final = timedelta(seconds=30)
"""Minimum time between two counts for pings.

A count reads all connections. While nothing is broadcast, one ping counts for all others.
"""

_COUNTED: Final[dict[str, AttributeValueTypeDef]] = {"pk": {"S": "snapshot"}, "sk": {"S": "#counted"}}
_KEY: Final[dict[str, AttributeValueTypeDef]] = {"pk": {"S": "snapshot"}, "sk": {"S": "#audience"}}


class AudienceSizes:
    """Stores the items `snapshot` / `#audience` (the broadcast size) and `snapshot` / `#counted`."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def moved(self, audience: int, now: datetime) -> bool:
        """Store the size and return whether to broadcast it: it has changed, or the last broadcast is old.

        Raises `StoreUnavailable`.
        """
        this = _new_write()
        try:
            with map_aws_errors():
                self._dynamodb.put_item(
                    TableName=self._table,
                    Item={
                        **_KEY,
                        "audience": {"N": str(audience)},
                        "updated_at": _instant(now),
                        "written_by": this,
                    },
                    ConditionExpression=(
                        "attribute_not_exists(pk) OR updated_at < :stale"
                        " OR (audience <> :audience AND updated_at <= :before)"
                    ),
                    ExpressionAttributeValues={
                        ":audience": {"N": str(audience)},
                        ":before": _instant(now - ANNOUNCE_INTERVAL),
                        ":stale": _instant(now - MAX_AGE / 2),
                    },
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionFailed as stored:
            # The stored item may be from this write, whose response was lost: then broadcast the size.
            return bool(stored.item.get("written_by") == this)
        return True

    def claimed(self, now: datetime) -> bool:
        """Claim the next count; return False if another ping has claimed one recently.

        Raises `StoreUnavailable`.
        """
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

    def counted(self, audience: int, now: datetime) -> None:
        """Store the size that a ping has counted. It is sent to pings only. Raises `StoreUnavailable`."""
        with map_aws_errors():
            self._dynamodb.put_item(
                TableName=self._table,
                Item={**_COUNTED, "audience": {"N": str(audience)}, "updated_at": _instant(now)},
            )

    def known(self, now: datetime, within: timedelta = MAX_AGE) -> int | None:
        """Return the newest size, or None if it is older than `within`. Raises `StoreUnavailable`."""
        with map_aws_errors():
            found = [self._dynamodb.get_item(TableName=self._table, Key=key) for key in (_KEY, _COUNTED)]
        numbers = [
            (int(answer["Item"]["updated_at"]["N"]), int(answer["Item"]["audience"]["N"]))
            for answer in found
            if "audience" in answer.get("Item", {})
        ]
        updated_at, audience = max(numbers, default=(0, 0))
        return audience if now - datetime.fromtimestamp(updated_at, UTC) <= within else None


def _new_write() -> AttributeValueTypeDef:
    """Return a random id of this write, by which it recognises its own retry by the SDK."""
    return {"S": secrets.token_hex(8)}


def _instant(at: datetime) -> AttributeValueTypeDef:
    return {"N": str(int(at.timestamp()))}
