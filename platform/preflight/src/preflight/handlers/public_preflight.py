"""Answer preflights of the public API: reading is offered to the origins on the allow-list."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from preflight.config import Settings
from preflight.http import resolver

logger = Logger()
metrics = Metrics()
app = resolver(Settings.from_environment())


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one OPTIONS request with 204, and the permission in its headers if there is one."""
    metrics.add_metric(name="PublicPreflight", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)
