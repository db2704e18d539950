"""Begin to rebuild a poll's counters from the vote log. An operator invokes this function."""

from datetime import UTC, datetime
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from chassis.audit_log import AuditLog, PendingAuditEvent
from chassis.aws import AWS_CONFIG, bounded, within_timeout
from contracts.audit_log import OperatorAction
from contracts.recount import RebuildPoll

from results_service.adapters.epochs import EpochStore
from results_service.adapters.game_results import GameResults
from results_service.adapters.recount_queue import RecountQueue
from results_service.config import RebuildSettings
from results_service.use_cases.rebuild import begin_rebuild

logger = Logger()
metrics = Metrics()
settings = RebuildSettings.from_environment()
table = (bounded(boto3.client("dynamodb", config=AWS_CONFIG)), settings.game_results_table)
results, epochs = GameResults(*table), EpochStore(*table)
audit_log = AuditLog(table[0], settings.audit_log_table)
queue = RecountQueue(bounded(boto3.client("sqs", config=AWS_CONFIG)), settings.recount_queue_url)


@logger.inject_lambda_context
@metrics.log_metrics
@within_timeout
def handler(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Return `RebuildBegun` for a `RebuildPoll`; raise an error for any other request."""
    metrics.add_metric(name="Rebuild", unit=MetricUnit.Count, value=1)
    asked = RebuildPoll.model_validate(event)
    audit_log.add(
        PendingAuditEvent.by_operator(asked.asked_by, OperatorAction.COUNTERS_REBUILT).entry(asked.poll_id)
    )
    begun = begin_rebuild(asked.poll_id, results, epochs, queue, datetime.now(UTC))
    logger.info("a rebuild began", extra=begun.model_dump(mode="json"))
    return begun.model_dump(mode="json")
