"""Copy each poll's status, visibility and times from the Polls stream to its totals."""

from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from chassis.aws import AWS_CONFIG, bounded, within_timeout

from results_service.adapters.dead_letter_queue import DeadLetterQueue
from results_service.adapters.game_results import GameResults
from results_service.adapters.log_files import LogFiles
from results_service.adapters.publications import Publications
from results_service.adapters.recount_queue import RecountQueue
from results_service.config import TrackingSettings
from results_service.use_cases.track_poll_status import PollStatusTracker, PollUpdates

logger = Logger()
metrics = Metrics()
settings = TrackingSettings.from_environment()
sqs = bounded(boto3.client("sqs", config=AWS_CONFIG))
table = (bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.game_results_table)
updates = PollUpdates(
    GameResults(*table),
    RecountQueue(sqs, settings.recount_queue_url),
    Publications(*table),
    LogFiles(bounded(boto3.client("s3", config=AWS_CONFIG)), settings.logs_bucket),
    clock=lambda: datetime.now(UTC),
)
tracker = PollStatusTracker(
    updates, DeadLetterQueue(sqs, settings.dead_letter_queue_url, settings.aws_lambda_function_name)
)


@logger.inject_lambda_context
@metrics.log_metrics
@within_timeout
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Apply one batch in order. A failure raises, so the whole batch is retried; this is idempotent."""
    records = event.get("Records") or []
    metrics.add_metric(name="TrackPollStatus", unit=MetricUnit.Count, value=len(records))
    for record in records:
        tracker.track(record)
    return {"batchItemFailures": []}
