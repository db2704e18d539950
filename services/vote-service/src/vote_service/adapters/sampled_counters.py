"""Best-effort sampled counters in VotingState: one write attempt, and no error is raised."""

import random
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from vote_service.adapters.aws import map_aws_errors
from vote_service.domain.errors import NotStorable, Throttled, Unavailable
from vote_service.domain.sampling import weight_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

COUNTS_DROPPED: Final = "AbuseCountsDropped"
"""Metric of counts that were lost because their write failed."""

MAX_REMEMBERED: Final = 1_000
BATCH: Final = 100
"""Maximum number of items per `BatchGetItem`."""

logger = Logger()
metrics = Metrics()


class SampledCounters:
    """Items of counters. The first name of an item decides when counting changes to sampling."""

    def __init__(self, client: "DynamoDBClient", table: str, *, exact: int) -> None:
        self._client = client
        self._table = table
        self._exact = exact
        self._seen: dict[tuple[str, str], int] = {}

    def add(self, key: str, names: tuple[str, ...], expires_at: datetime) -> None:
        """Increment each of the named counters. Raises nothing; a metric counts lost increments."""
        place = (key, names[0])
        adding = ", ".join(f"#{name} :weight" for name in names)
        weight = weight_of(self._seen.get(place, 0), self._exact, random.random())  # noqa: S311 (a sample)
        if weight == 0:
            return
        try:
            with map_aws_errors():
                answer = self._client.update_item(
                    TableName=self._table,
                    Key={"poll_id": {"S": key}},
                    UpdateExpression=f"ADD {adding} SET expires_at = :expires_at",
                    ExpressionAttributeNames={f"#{name}": name for name in names},
                    ExpressionAttributeValues={
                        ":weight": {"N": str(weight)},
                        ":expires_at": {"N": str(int(expires_at.timestamp()))},
                    },
                    ReturnValues="UPDATED_NEW",
                )
        except (NotStorable, Throttled, Unavailable):
            logger.warning("a count was lost", exc_info=True)
            metrics.add_metric(COUNTS_DROPPED, MetricUnit.Count, 1)
            return
        if len(self._seen) >= MAX_REMEMBERED:
            self._seen.clear()
        self._seen[place] = int(answer["Attributes"][names[0]]["N"])

    def read(self, keys: Iterable[str], now: datetime) -> list[Mapping[str, int]]:
        """Return the counters of each existing, unexpired item.

        Raises `Throttled` or `Unavailable`.
        """
        pending_keys: list[Any] = [{"poll_id": {"S": key}} for key in keys]
        found: list[Mapping[str, int]] = []
        while pending_keys:
            batch, pending_keys = pending_keys[:BATCH], pending_keys[BATCH:]
            with map_aws_errors():
                answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": batch}})
            numbers = map(_numbers_in, answer["Responses"].get(self._table, ()))
            found.extend(each for each in numbers if each["expires_at"] > now.timestamp())
            left = answer.get("UnprocessedKeys", {})
            pending_keys += left[self._table]["Keys"] if self._table in left else []
        return found


def _numbers_in(item: Mapping[str, Any]) -> Mapping[str, int]:
    return {name: int(value["N"]) for name, value in item.items() if "N" in value}
