"""Answer a poll's results to anybody, once its policy lets everybody see them."""

from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from contracts.visibility import Scope

from results_service.config import CALLS, HttpSettings
from results_service.domain.results import results_for
from results_service.http import SHARED_BRIEFLY, json_answer, poll_in_path, resolver
from results_service.store.game_results import GameResults

logger = Logger()
metrics = Metrics()
settings = HttpSettings.from_environment()
app = resolver(settings)
results = GameResults(boto3.client("dynamodb", config=CALLS), settings.game_results_table)


@app.get("/results/<poll_id>")
def get_results(poll_id: str) -> Response[str]:
    """Return `Results` as the public may see them."""
    poll_id = poll_in_path(poll_id)
    shown = results_for(results.totals(poll_id), Scope.PUBLIC, datetime.now(UTC))
    return json_answer(shown, cache=SHARED_BRIEFLY)


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    metrics.add_metric(name="GetResults", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)
