"""Store counters and totals in GameResults.

All items of a poll share one partition key. So one stream shard carries them in order, and the newest totals
win.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from contracts.model import format_instant

from results_service.adapters.calls import ConditionFailed, items_with, key_of, map_aws_errors
from results_service.adapters.epochs import EpochStore, counter_key, counter_prefix
from results_service.adapters.game_results_items import (
    InvalidRecord,
    counts_item,
    invalid_item,
    newest_trace_id,
    tally_of,
    totals_item,
    totals_of,
)
from results_service.adapters.votes_over_time import SeriesPoints
from results_service.domain.epoch import Epoch
from results_service.domain.errors import StoreUnavailable
from results_service.domain.poll import Poll
from results_service.domain.tally import Tally, increment_after
from results_service.domain.totals import Totals, totals_after
from results_service.domain.vote_record import Change

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ATTEMPTS: Final = 100
"""Maximum attempts of a conditional write.

More than the number of shards that can write one poll's totals at once.
"""


class GameResults:
    """Counters and totals. Every method raises `StoreUnavailable` if a call is not confirmed."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._epochs = EpochStore(client, table)
        self._series = SeriesPoints(client, table)

    def count(self, poll_id: str, shard_id: str, changes: Iterable[Change], now: datetime) -> None:
        """Count the records above the shard's high-water mark and advance the mark.

        Both happen in one conditional update, in every epoch that is counted: in two while a rebuild is under
        way.
        """
        changes = tuple(changes)
        for epoch in self._epochs.of(poll_id).counted:
            self._count_in(epoch, counter_key(poll_id, epoch.name, shard_id), changes, now)

    def _count_in(self, epoch: Epoch, key: dict[str, Any], changes: Iterable[Change], now: datetime) -> None:
        mark = self._mark(key)
        for _ in range(ATTEMPTS):
            step = increment_after(mark, changes, epoch.counts)
            if step is None:
                return
            traced = {} if step.trace_id is None else {":trace": {"S": step.trace_id}}
            added = counts_item(step.added)
            try:
                with map_aws_errors("count"):
                    self._client.update_item(
                        TableName=self._table,
                        Key=key,
                        UpdateExpression=f"ADD {', '.join(f'{name} :{name}' for name in added)}"
                        " SET hwm = :new, counted_at = :now" + (", trace_id = :trace" if traced else ""),
                        ConditionExpression="attribute_not_exists(hwm)" if mark is None else "hwm = :read",
                        ExpressionAttributeValues={
                            **{f":{name}": value for name, value in added.items()},
                            ":new": {"S": step.mark},
                            ":now": {"S": format_instant(now)},
                            **({} if mark is None else {":read": {"S": mark}}),
                            **traced,
                        },
                        ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    )
            except ConditionFailed as conflict:
                mark = conflict.item.get("hwm", {}).get("S")
            else:
                return
        raise StoreUnavailable(f"count: {ATTEMPTS} write conflicts")

    def store_invalid(self, record: InvalidRecord, now: datetime) -> None:
        """Store an invalid record for a later redrive. A record that is stored already stays unchanged."""
        try:
            with map_aws_errors("store invalid record"):
                self._client.put_item(
                    TableName=self._table,
                    Item={**key_of(record.poll_id, record.sort_key), **invalid_item(record, now)},
                    ConditionExpression="attribute_not_exists(pk)",
                )
        except ConditionFailed:
            return

    def rewrite_totals(self, poll_id: str, clock: Callable[[], datetime], update: Poll | None = None) -> int:
        """Write the poll's totals from its counters, also if the sum is unchanged; return their version.

        An earlier invocation may have crashed after it counted and before it wrote the totals. The next one
        has nothing to count and cannot know. Readers order snapshots by version, so the last write always
        wins.

        The active epoch is read after the version of the totals, so a writer that replaces the first totals
        of a new epoch has read that epoch.
        """
        for _ in range(ATTEMPTS):
            before = self.totals(poll_id)
            counters = self._counters(poll_id)
            tally, trace_id = sum(map(tally_of, counters), start=Tally()), newest_trace_id(counters)
            after = totals_after(before, poll_id, tally, update, clock(), trace_id=trace_id)
            try:
                with map_aws_errors("rewrite totals"):
                    self._client.put_item(
                        TableName=self._table,
                        Item={**key_of(poll_id, "totals"), **totals_item(after)},
                        ConditionExpression="attribute_not_exists(pk) OR tally_version = :read",
                        ExpressionAttributeValues={":read": {"N": str(before.version if before else 0)}},
                    )
            except ConditionFailed:
                continue
            if before is not None:
                self._series.keep(before, after)
            return after.version
        raise StoreUnavailable(f"rewrite totals: {ATTEMPTS} write conflicts")

    def totals(self, poll_id: str) -> Totals | None:
        """Return the newest totals, or None if the table has none for the poll."""
        with map_aws_errors("read totals"):
            answer = self._client.get_item(
                TableName=self._table, Key=key_of(poll_id, "totals"), ConsistentRead=True
            )
        return totals_of(poll_id, answer["Item"]) if "Item" in answer else None

    def tally(self, poll_id: str) -> Tally:
        """Return the sum of the active epoch's counters: all shards, the base, and redriven votes."""
        return sum(map(tally_of, self._counters(poll_id)), start=Tally())

    def _counters(self, poll_id: str) -> tuple[dict[str, Any], ...]:
        prefix = counter_prefix(self._epochs.of(poll_id).active.name)
        return tuple(items_with(self._client, self._table, poll_id, prefix))

    def _mark(self, key: dict[str, Any]) -> str | None:
        with map_aws_errors("read mark"):
            answer = self._client.get_item(
                TableName=self._table, Key=key, ConsistentRead=True, ProjectionExpression="hwm"
            )
        return answer["Item"]["hwm"]["S"] if "Item" in answer else None
