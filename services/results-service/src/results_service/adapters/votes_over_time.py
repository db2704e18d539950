"""Store the points of a poll's votes over time in GameResults.

They serve a chart and are not a source of truth: no count derives from them, and a point whose write failed
is just missing. They carry no `event`, so stream consumers do not receive them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from contracts.model import format_instant

from results_service.adapters.calls import items_with, key_of, map_aws_errors
from results_service.adapters.game_results_items import tally_of
from results_service.domain.errors import StoreUnavailable
from results_service.domain.totals import Totals
from results_service.domain.votes_over_time import SLOTS, Point, level_ended, point_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

logger = Logger()


class SeriesPoints:
    """Stores the items `series#{level}#{version of the totals}`."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def keep(self, before: Totals, after: Totals) -> None:
        """Store the replaced snapshot as a point if it was the last of its slot. Never raises."""
        level = level_ended(before.version, after.version)
        if level is None:
            return
        point = point_of(before)
        try:
            with map_aws_errors("keep point"):
                self._client.put_item(
                    TableName=self._table,
                    Item={
                        **key_of(before.poll_id, f"{_prefix(level)}{before.version:013d}"),
                        "a": {"N": str(point.a)},
                        "b": {"N": str(point.b)},
                        "at": {"S": format_instant(point.at)},
                    },
                )
        except StoreUnavailable:
            # A chart must not hold up counting, and a retry of the batch would find nothing to count.
            logger.warning("a point of the series is missing", poll_id=before.poll_id, exc_info=True)

    def read(self, poll_id: str, level: int) -> list[Point]:
        """Return the points of a level and of all wider levels, by time. Raises `StoreUnavailable`."""
        found = [
            item
            for wider in range(level, len(SLOTS))
            for item in items_with(self._client, self._table, poll_id, _prefix(wider))
        ]
        return [_point(item) for item in sorted(found, key=_version)]


def _prefix(level: int) -> str:
    return f"series#{level}#"


def _version(item: Mapping[str, Any]) -> str:
    version: str = item["sk"]["S"].rpartition("#")[2]
    return version


def _point(item: Mapping[str, Any]) -> Point:
    tally = tally_of(item)
    return Point(datetime.fromisoformat(item["at"]["S"]), tally.a, tally.b)
