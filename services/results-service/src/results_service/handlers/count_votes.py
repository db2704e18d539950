"""Count the votes from VotesLog's stream, each exactly once."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from chassis.aws import AWS_CONFIG, bounded, within_timeout

from results_service.adapters.dead_letter_queue import DeadLetterQueue
from results_service.adapters.game_results import GameResults
from results_service.config import StreamSettings
from results_service.domain.batch import Batch
from results_service.use_cases.count_votes import VoteCounter

WAITED: Final = "VoteToCount"
"""The metric of the time from the acceptance of a batch's oldest vote until it was counted."""

logger = Logger()
metrics = Metrics()
settings = StreamSettings.from_environment()
vote_counter = VoteCounter(
    GameResults(bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.game_results_table),
    DeadLetterQueue(
        bounded(boto3.client("sqs", config=AWS_CONFIG)),
        settings.dead_letter_queue_url,
        settings.aws_lambda_function_name,
    ),
    clock=lambda: datetime.now(UTC),
)


@logger.inject_lambda_context
@metrics.log_metrics
@within_timeout
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Count one batch; return an empty window state and the first record to deliver again, if any."""
    batch = Batch.read(event, settings.single_stream_shard)
    metrics.add_metric(name="CountVotes", unit=MetricUnit.Count, value=len(batch.changes))
    try:
        failed = vote_counter.count(batch)
    finally:
        # After a failure, the age of votes that still wait.
        if oldest := batch.oldest_vote_at:
            age = (datetime.now(UTC) - oldest) / timedelta(milliseconds=1)
            metrics.add_metric(WAITED, MetricUnit.Milliseconds, age)
    return {"state": {}, "batchItemFailures": [{"itemIdentifier": failed}] if failed else []}
