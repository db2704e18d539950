"""Announce that a poll has closed: invoked by the scheduler, decided by the clock."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from chassis.aws import within_timeout

from poll_service.adapters.polls import PollsStore
from poll_service.config import Settings
from poll_service.domain import lifecycle
from poll_service.domain.clock import now
from poll_service.domain.scheduled_close import ScheduledClose

logger = Logger()
metrics = Metrics()
settings = Settings.from_environment()
polls = PollsStore.at(settings.polls_table)


@logger.inject_lambda_context
@metrics.log_metrics
@within_timeout
def handler(event: dict[str, Any], context: LambdaContext) -> None:  # noqa: ARG001
    """Close the poll that is due. After its retries, Lambda sends the event to the dead-letter queue."""
    metrics.add_metric(name="FinishPoll", unit=MetricUnit.Count, value=1)
    scheduled_close = ScheduledClose.model_validate(event)
    poll = polls.get_unless_deleted(scheduled_close.poll_id)
    if poll is None:
        # A schedule may outlive its poll, if that was closed, archived and deleted before.
        logger.info("deleted before", poll_id=scheduled_close.poll_id)
        return
    finished = lifecycle.finish_poll(poll, scheduled_close.due_at, now())
    polls.save(finished)
    logger.info("finished", poll_id=scheduled_close.poll_id, changed=finished.event is not None)
