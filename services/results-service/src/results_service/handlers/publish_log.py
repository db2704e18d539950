"""Publish the transparency log and the certificate of a certified poll, as its queue orders."""

from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext
from chassis.aws import AWS_CONFIG, bounded, within_timeout

from results_service.adapters.game_results import GameResults
from results_service.adapters.log_files import LogFiles
from results_service.adapters.log_signer import LogSigner
from results_service.adapters.publications import Publications
from results_service.adapters.receipt_hashes import ReceiptHashes
from results_service.adapters.recounts import Recounts
from results_service.adapters.witnesses import Witnesses
from results_service.config import LOG_READ_CONFIG, PublishLogSettings
from results_service.use_cases.build_log import LogBuilder
from results_service.use_cases.publish_log import LogPublisher, answer_orders

logger = Logger()
metrics = Metrics()
settings = PublishLogSettings.from_environment()
table = (bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.game_results_table)
hashes = ReceiptHashes(
    bounded(boto3.client("lambda", config=LOG_READ_CONFIG)), settings.read_receipt_hashes_function_arn
)
files = LogFiles(bounded(boto3.client("s3", config=LOG_READ_CONFIG)), settings.logs_bucket)
signer = LogSigner(bounded(boto3.client("kms", config=AWS_CONFIG)), settings.log_key_id)
publisher = LogPublisher(
    settings.environment_name,
    GameResults(*table),
    Recounts(*table),
    Publications(*table),
    LogBuilder(hashes, files),
    files,
    signer,
    Witnesses.of(settings.witness_urls),
    clock=lambda: datetime.now(UTC),
)


@logger.inject_lambda_context
@metrics.log_metrics
@within_timeout
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the orders that must be delivered again."""
    metrics.add_metric("PublishLog", "Count", len(event["Records"]))
    return answer_orders(event, publisher, context.get_remaining_time_in_millis)
