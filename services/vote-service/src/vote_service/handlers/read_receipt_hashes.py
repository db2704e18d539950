"""Return the receipt hashes of a sealed vote log page by page, for its transparency log."""

from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from chassis.aws import AWS_CONFIG, bounded, within_timeout

from vote_service.adapters.votes_log import VotesLog
from vote_service.adapters.voting_state import VotingState
from vote_service.config import ReadReceiptHashesSettings
from vote_service.use_cases.read_vote_log import read_receipt_hashes

logger = Logger()
metrics = Metrics()
settings = ReadReceiptHashesSettings.from_environment()
client = bounded(boto3.client("dynamodb", config=AWS_CONFIG))
votes = VotesLog(client, settings.votes_log_table)
polls = VotingState(client, settings.voting_state_table)


@logger.inject_lambda_context
@metrics.log_metrics
@within_timeout
def handler(event: object, _: LambdaContext) -> dict[str, Any]:
    """Return a `ReceiptHashPage`, or a `VoteLogRefused`."""
    metrics.add_metric(name="ReadReceiptHashes", unit=MetricUnit.Count, value=1)
    return read_receipt_hashes(event, votes, polls, datetime.now(UTC)).model_dump(mode="json")
