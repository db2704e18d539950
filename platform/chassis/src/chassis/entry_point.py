"""The Lambda entry point of an HTTP function: correlation id, one metric, then the resolver."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from chassis.aws import within_timeout

type Entry = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def entry_point(app: APIGatewayHttpResolver, metric: str) -> Entry:
    """Return the Lambda handler of an HTTP function; the metric named `metric` counts its invocations."""
    logger, metrics = Logger(), Metrics()

    # Without the keys of the invocation before, such as its trace id.
    @logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP, clear_state=True)
    @metrics.log_metrics
    @within_timeout
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        metrics.add_metric(name=metric, unit=MetricUnit.Count, value=1)
        return app.resolve(event, context)

    entry: Entry = handler
    return entry
