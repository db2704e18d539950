"""The Lambda entry point of a function without an HTTP route: request id in logs, one metric, time budget."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from chassis.aws import within_timeout

type Event = dict[str, Any]
type Answer = dict[str, Any]
type Entry = Callable[[Event, LambdaContext], Answer]


def event_entry_point(handle: Callable[[Event], Answer], metric: str) -> Entry:
    """Return the function that Lambda calls; `metric` is the function's name and counts its calls."""
    logger, metrics = Logger(), Metrics()

    @logger.inject_lambda_context
    @metrics.log_metrics
    @within_timeout
    def handler(event: Event, context: LambdaContext) -> Answer:  # noqa: ARG001 (Lambda passes both)
        metrics.add_metric(name=metric, unit=MetricUnit.Count, value=1)
        return handle(event)

    entry: Entry = handler
    return entry
