"""Store the audience: open connections per shard, and the size as last broadcast."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from realtime_service.adapters.errors import ConditionFailed, map_aws_errors
from realtime_service.domain.subscriber import ConnectionCount

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

ANNOUNCE_INTERVAL: Final = timedelta(seconds=10)
"""Minimum time between two broadcasts of the audience size.

One more message per page each ten seconds is a tenth of the cost of a poll that changes every second.
"""

REPEAT_INTERVAL: Final = timedelta(minutes=5)
"""Time after which the size is broadcast again though it has not changed."""

CHECK_INTERVAL: Final = timedelta(seconds=30)
"""Minimum time between two comparisons of a shard's count with its connections."""

_ANNOUNCED: Final[dict[str, AttributeValueTypeDef]] = {"pk": {"S": "snapshot"}, "sk": {"S": "#audience"}}


@dataclass(frozen=True, slots=True)
class ShardCount:
    """The stored count of a shard's connections, and when it was last compared with them."""

    shard: int
    count: ConnectionCount
    checked_at: datetime

    def check_due(self, now: datetime) -> bool:
        """Return whether the count is to be compared with the shard's connections."""
        return self.checked_at <= now - CHECK_INTERVAL


class Audience:
    """Stores the items `audience` / shard, and `snapshot` / `#audience`, the broadcast size.

    `$connect` and `$disconnect` change a shard's count. The count drifts when API Gateway omits a
    `$disconnect` or the SDK repeats a write, so it is compared with the connections every half a minute.
    """

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def add(self, shard: int, change: int, *, organiser: bool) -> None:
        """Add opened connections to the count of a shard, or a negative number of closed ones.

        Raises `StoreUnavailable`.
        """
        counted = "organisers" if organiser else "viewers"
        with map_aws_errors():
            self._dynamodb.update_item(
                TableName=self._table,
                Key=_key(shard),
                UpdateExpression=f"ADD {counted} :change",
                ExpressionAttributeValues={":change": {"N": str(change)}},
            )

    def counts(self, shards: int) -> tuple[ShardCount, ...]:
        """Return the counts of all shards. Raises `StoreUnavailable`."""
        with map_aws_errors():
            answer = self._dynamodb.query(
                TableName=self._table,
                KeyConditionExpression="pk = :audience",
                ExpressionAttributeValues={":audience": {"S": "audience"}},
                ConsistentRead=True,
            )
        items = {int(item["sk"]["S"]): item for item in answer["Items"]}
        return tuple(_count(shard, items.get(shard, {})) for shard in range(shards))

    def claim_check(self, seen: ShardCount, now: datetime) -> bool:
        """Claim the comparison of a shard; return False if another invocation has claimed it.

        Raises `StoreUnavailable`.
        """
        return self._replace(seen, "checked_at = :now", {":now": _instant(now)}, compared=("checked_at",))

    def correct(self, seen: ShardCount, count: ConnectionCount, now: datetime) -> None:
        """Replace a count by the number of connections, unless it has changed since it was read.

        Raises `StoreUnavailable`.
        """
        values: dict[str, AttributeValueTypeDef] = {
            ":now": _instant(now),
            ":new_viewers": {"N": str(count.viewers)},
            ":new_organisers": {"N": str(count.organisers)},
        }
        assignments = "checked_at = :now, viewers = :new_viewers, organisers = :new_organisers"
        self._replace(seen, assignments, values, compared=("viewers", "organisers"))

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
                        **_ANNOUNCED,
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
                        ":stale": _instant(now - REPEAT_INTERVAL),
                    },
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionFailed as stored:
            # The stored item may be from this write, whose response was lost: then broadcast the size.
            return bool(stored.item.get("written_by") == this)
        return True

    def _replace(
        self,
        seen: ShardCount,
        assignments: str,
        values: dict[str, AttributeValueTypeDef],
        *,
        compared: tuple[str, ...],
    ) -> bool:
        stored: dict[str, AttributeValueTypeDef] = {
            "viewers": {"N": str(seen.count.viewers)},
            "organisers": {"N": str(seen.count.organisers)},
            "checked_at": _instant(seen.checked_at),
        }
        this = _new_write()
        try:
            with map_aws_errors():
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key=_key(seen.shard),
                    UpdateExpression=f"SET written_by = :this, {assignments}",
                    ConditionExpression=" AND ".join(
                        f"(attribute_not_exists({name}) OR {name} = :{name})" for name in compared
                    ),
                    ExpressionAttributeValues={
                        ":this": this,
                        **values,
                        **{f":{name}": stored[name] for name in compared},
                    },
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
        except ConditionFailed as found:
            return bool(found.item.get("written_by") == this)
        return True


def _count(shard: int, item: dict[str, AttributeValueTypeDef]) -> ShardCount:
    numbers = {name: int(item[name]["N"]) for name in ("viewers", "organisers", "checked_at") if name in item}
    count = ConnectionCount(numbers.get("viewers", 0), numbers.get("organisers", 0))
    return ShardCount(shard, count, datetime.fromtimestamp(numbers.get("checked_at", 0), UTC))


def _key(shard: int) -> dict[str, AttributeValueTypeDef]:
    return {"pk": {"S": "audience"}, "sk": {"S": str(shard)}}


def _new_write() -> AttributeValueTypeDef:
    """Return a random id of this write, by which it recognises its own retry by the SDK."""
    return {"S": secrets.token_hex(8)}


def _instant(at: datetime) -> AttributeValueTypeDef:
    return {"N": str(int(at.timestamp()))}
