"""Process a poll's invalid records again after a fix. An operator invokes this function."""

from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from chassis.audit_log import AuditLog, PendingAuditEvent
from chassis.aws import AWS_CONFIG, bounded, within_timeout
from contracts.audit_log import OperatorAction
from contracts.recount import RedrivePoll

from results_service.adapters.log_files import LogFiles
from results_service.adapters.recount_queue import RecountQueue
from results_service.config import RedriveSettings
from results_service.use_cases.redrive import Redriver

logger = Logger()
metrics = Metrics()
settings = RedriveSettings.from_environment()
client = bounded(boto3.client("dynamodb", config=AWS_CONFIG))
audit_log = AuditLog(client, settings.audit_log_table)
queue = RecountQueue(bounded(boto3.client("sqs", config=AWS_CONFIG)), settings.recount_queue_url)
log_files = LogFiles(bounded(boto3.client("s3", config=AWS_CONFIG)), settings.logs_bucket)
redriver = Redriver.of(client, settings.game_results_table, queue, log_files, clock=lambda: datetime.now(UTC))


@logger.inject_lambda_context
@metrics.log_metrics
@within_timeout
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Return `PollRedriven` for a `RedrivePoll`; raise an error for any other request."""
    metrics.add_metric(name="Redrive", unit=MetricUnit.Count, value=1)
    asked = RedrivePoll.model_validate(event)
    audit_log.add(
        PendingAuditEvent.by_operator(asked.asked_by, OperatorAction.RECORDS_REDRIVEN).entry(asked.poll_id)
    )
    done = redriver.redrive(asked.poll_id)
    logger.info("redriven", extra=done.model_dump())
    return done.model_dump(mode="json")
