"""Store the last snapshot of each poll, for pages that connect or reconnect. Its version only grows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from contracts.enums import PollStatus
from contracts.ids import PollId
from contracts.model import format_instant
from contracts.stream import from_map, to_map
from contracts.tally import TALLY_EVENTS, TallyChanged

from realtime_service.adapters.errors import ConditionFailed, map_aws_errors
from realtime_service.domain.messages import Known, Outline

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_CURRENT: Final = "#current"
_BEFORE_ALL: Final = ""
_SOON: Final = timedelta(seconds=10)
"""A poll that an organiser opens at once opens after the countdown of poll-service, three seconds."""


class StaleSnapshot(Exception):
    """A newer snapshot is stored already."""


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """The newest snapshot of a poll; `announced` is the outline that was broadcast last, if any."""

    known: Known
    announced: Outline | None


class Snapshots:
    """Stores the items `snapshot` / poll id, and `snapshot` / `#current`, a copy for the last opened poll."""

    def __init__(self, dynamodb: DynamoDBClient, table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def keep(self, tally: TallyChanged) -> StoredSnapshot:
        """Store the snapshot if it is newer than the stored one; storing the same one again has no effect.

        The outline that was broadcast last stays until `mark_announced` replaces it. So if a broadcast of an
        open or close event failed, the next snapshot sends the event again. If the same record is delivered
        again, the whole message is sent again. Raises `StaleSnapshot`, `StoreUnavailable`.
        """
        try:
            with map_aws_errors():
                answer = self._dynamodb.update_item(
                    TableName=self._table,
                    Key=_key(tally.poll_id),
                    UpdateExpression="SET poll_status = :status, tally_version = :version, tally = :tally",
                    ConditionExpression="attribute_not_exists(pk) OR tally_version < :version",
                    ExpressionAttributeValues={
                        ":status": {"S": tally.status},
                        ":version": {"N": str(tally.tally_version)},
                        ":tally": {"S": tally.model_dump_json()},
                    },
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            item: dict[str, Any] = answer["Attributes"]
        except ConditionFailed as stored:
            item = stored.item
            if int(item["tally_version"]["N"]) > tally.tally_version:
                raise StaleSnapshot from stored
        known = Known(tally, _outline_version(item, tally))
        self._keep_as_current(known)
        again = item.get("announced_version") == {"N": str(tally.tally_version)}
        return StoredSnapshot(known, None if again else _announced_in(item))

    def mark_announced(self, known: Known) -> None:
        """Record that this outline was broadcast with this snapshot, unless the status has changed since.

        Raises `StoreUnavailable`; then the outline is broadcast once more.
        """
        tally = known.tally
        try:
            with map_aws_errors():
                self._dynamodb.update_item(
                    TableName=self._table,
                    Key=_key(tally.poll_id),
                    UpdateExpression=(
                        "SET announced = :announced, announced_version = :version, outline_version = :outline"
                    ),
                    ConditionExpression="poll_status = :status",
                    ExpressionAttributeValues={
                        ":status": {"S": tally.status},
                        ":announced": to_map(Outline.of(tally)),
                        ":version": {"N": str(tally.tally_version)},
                        ":outline": {"N": str(known.outline_version)},
                    },
                )
        except ConditionFailed:
            return

    def newest(self, poll_id: PollId | None) -> StoredSnapshot | None:
        """Return a poll's newest snapshot; without an id, of the poll that opened last.

        Raises `StoreUnavailable`.
        """
        with map_aws_errors():
            answer = self._dynamodb.get_item(
                TableName=self._table,
                Key=_key(poll_id or _CURRENT),
                ProjectionExpression="tally, announced, outline_version",
                ConsistentRead=True,
            )
        if "Item" not in answer:
            return None
        item: dict[str, Any] = answer["Item"]
        tally = TALLY_EVENTS.validate_json(item["tally"]["S"])
        return StoredSnapshot(Known(tally, _outline_version(item, tally)), _announced_in(item))

    def _keep_as_current(self, known: Known) -> None:
        """Replace the current snapshot by a newer one of its poll, or by one of a poll that opened later.

        If the current poll is a draft again, or scheduled for later, a snapshot of any poll that has opened
        replaces it.
        """
        tally = known.tally
        if tally.opens_at is None and tally.status is not PollStatus.DRAFT:
            return
        waits = tally.opens_at is None or tally.opens_at > tally.updated_at + _SOON
        begun = None if waits or tally.status is PollStatus.DRAFT else tally.opens_at
        item: dict[str, Any] = {
            **_key(_CURRENT),
            "poll_id": {"S": tally.poll_id},
            "opens_at": {"S": format_instant(begun) if begun else _BEFORE_ALL},
            "tally_version": {"N": str(tally.tally_version)},
            "tally": {"S": tally.model_dump_json()},
            "announced": to_map(Outline.of(tally)),
            "outline_version": {"N": str(known.outline_version)},
        }
        try:
            with map_aws_errors():
                self._dynamodb.put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression=(
                        "attribute_not_exists(pk) OR (poll_id = :poll AND tally_version < :version)"
                        " OR (poll_id <> :poll AND opens_at < :opens)"
                    ),
                    ExpressionAttributeValues={
                        ":poll": item["poll_id"],
                        ":version": item["tally_version"],
                        ":opens": item["opens_at"],
                    },
                )
        except ConditionFailed:
            return


def _announced_in(item: dict[str, Any]) -> Outline | None:
    return from_map(item["announced"], Outline) if "announced" in item else None


def _outline_version(item: dict[str, Any], tally: TallyChanged) -> int:
    """Return the number of a tally's outline: the last broadcast number, or the next if it has changed.

    While a turnout was shown, pages have seen the versions of tallies: the number goes on from there.
    """
    last = int(item["outline_version"]["N"]) if "outline_version" in item else 0
    announced = _announced_in(item)
    if announced == Outline.of(tally):
        return last
    return tally.tally_version if announced is not None and announced.show_turnout else last + 1


def _key(sort: str) -> dict[str, AttributeValueTypeDef]:
    return {"pk": {"S": "snapshot"}, "sk": {"S": sort}}
