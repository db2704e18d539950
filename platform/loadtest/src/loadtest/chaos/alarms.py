"""Evaluates the deployed alarms of one metric from the functions' logs, as CloudWatch does.

Functions log metrics in the embedded metric format. CloudWatch extracts them from the logs; the emulator
does not, so its alarms on such metrics never change. Logs are read during the load test because the emulator
keeps only the newest.
"""

import json
import operator
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from laptop import function_logs
from laptop.aws import client
from laptop.instance import Instance

READ_EVERY_SECONDS: Final = 10.0
_COMPARES: Final[dict[str, Callable[[float, float], bool]]] = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a metric. `at` is in seconds since 1970."""

    namespace: str
    metric: str
    dimensions: frozenset[tuple[str, str]]
    at: float
    value: float


@dataclass
class Watched:
    """The points of one metric that functions logged during `watching`; complete after the block."""

    metric: str
    points: set[Point] = field(default_factory=set)

    @property
    def series(self) -> int:
        """The number of series that the points belong to: one per service."""
        return len({(point.namespace, point.dimensions) for point in self.points})

    @property
    def first_at(self) -> float | None:
        """The time of the first point."""
        return min((point.at for point in self.points), default=None)


@contextmanager
def watching(instance: Instance, metric: str) -> Iterator[Watched]:
    """Collect the points of a metric while the block runs."""
    watched, over, began = Watched(metric), threading.Event(), int(time.time() * 1000)

    def read(since: int) -> None:
        logged = function_logs.lines(instance, function_logs.groups(instance), since)
        watched.points.update(points(metric, (line.message for line in logged)))

    def read_repeatedly() -> None:
        while not over.wait(READ_EVERY_SECONDS):
            # Longer than the interval: the next read includes lines that a busy emulator stores late.
            read(max(began, int((time.time() - 3 * READ_EVERY_SECONDS) * 1000)))

    reader = threading.Thread(target=read_repeatedly, daemon=True)
    reader.start()
    try:
        yield watched
    finally:
        over.set()
        reader.join()
        read(began)


def points(metric: str, messages: Iterable[str]) -> Iterator[Point]:
    """Yield a metric's points from log lines in the embedded metric format; other lines are ignored."""
    for message in messages:
        if f'"{metric}"' not in message:
            continue
        with suppress(ValueError, KeyError, TypeError):
            logged = json.loads(message)
            for directive in logged["_aws"]["CloudWatchMetrics"]:
                if metric not in {one["Name"] for one in directive["Metrics"]}:
                    continue
                values = logged[metric] if isinstance(logged[metric], list) else [logged[metric]]
                for names in directive["Dimensions"]:
                    dimensions = frozenset((name, str(logged[name])) for name in names)
                    at = logged["_aws"]["Timestamp"] / 1000
                    yield Point(directive["Namespace"], metric, dimensions, at, sum(map(float, values)))


def raised(alarms: Sequence[Mapping[str, Any]], seen: Iterable[Point]) -> list[str]:
    """Return the names of the alarms that these points raise.

    Raises `ValueError` for an alarm that needs more than one period or a statistic other than the sum.
    """
    seen = list(seen)
    return sorted(alarm["AlarmName"] for alarm in alarms if _is_raised(alarm, seen))


def deployed(instance: Instance, metric: str) -> list[Mapping[str, Any]]:
    """Return the deployed alarms on a metric."""
    pages = client(instance, "cloudwatch").get_paginator("describe_alarms").paginate()
    return [alarm for page in pages for alarm in page["MetricAlarms"] if alarm.get("MetricName") == metric]


def _is_raised(alarm: Mapping[str, Any], seen: Sequence[Point]) -> bool:
    compares = _COMPARES.get(alarm["ComparisonOperator"])
    if compares is None or alarm["Statistic"] != "Sum" or alarm["EvaluationPeriods"] != 1:
        raise ValueError(f"{alarm['AlarmName']} is not an alarm on the sum of one period")
    dimensions = frozenset((one["Name"], one["Value"]) for one in alarm["Dimensions"])
    sums: defaultdict[int, float] = defaultdict(float)
    for point in seen:
        series = (point.namespace, point.metric, point.dimensions)
        if series == (alarm["Namespace"], alarm["MetricName"], dimensions):
            sums[int(point.at // alarm["Period"])] += point.value
    return any(compares(total, alarm["Threshold"]) for total in sums.values())
