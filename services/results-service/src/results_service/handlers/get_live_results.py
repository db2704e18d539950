"""Answer a poll's results to somebody who has voted in it."""

from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from contracts.api import LiveResults
from contracts.visibility import Scope

from results_service.config import CALLS, LiveSettings
from results_service.domain.passes import require_pass
from results_service.domain.results import results_for
from results_service.http import json_answer, poll_in_path, read_body, read_secret, resolver
from results_service.store.game_results import GameResults

logger = Logger()
metrics = Metrics()
settings = LiveSettings.from_environment()
app = resolver(settings)
results = GameResults(boto3.client("dynamodb", config=CALLS), settings.game_results_table)


@app.post("/live/results/<poll_id>")
def get_live_results(poll_id: str) -> Response[str]:
    """Return `Results` as a voter of this poll may see them; the results pass proves having voted."""
    poll_id, now = poll_in_path(poll_id), datetime.now(UTC)
    shown_pass = read_body(app, LiveResults).results_pass
    require_pass(shown_pass, poll_id, read_secret(settings.results_pass_secret_arn), now)
    return json_answer(results_for(results.totals(poll_id), Scope.VOTER, now))


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    metrics.add_metric(name="GetLiveResults", unit=MetricUnit.Count, value=1)
    return app.resolve(event, context)
