"""Process recount orders from the queue, and report the results to the queue and the alarm."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from contracts.recount import RecountState

from results_service.adapters.recount_queue import ORDERS
from results_service.domain.errors import RecountNotOver, StoreUnavailable, UnknownPoll, VoteLogUnavailable
from results_service.domain.recount import RebuildOrder
from results_service.use_cases.rebuild import CounterRebuilder

DIFFERENCE: Final = "RecountDifference"
"""Metric: the number of votes by which counters differ from the vote log. An alarm watches it."""

RESERVED_MILLISECONDS: Final = 20_000
"""Time reserved for the last page and for counting to catch up."""

logger = Logger()


def answer_orders(
    event: Mapping[str, Any],
    counter_rebuilder: CounterRebuilder,
    metrics: Metrics,
    milliseconds_left: Callable[[], int],
) -> dict[str, Any]:
    """Carry out each order of an SQS event; return the orders that must be delivered again.

    Raises `ValidationError` for an invalid order: the queue retries it, then moves it to the dead-letter
    queue.
    """

    def has_time() -> bool:
        return milliseconds_left() > RESERVED_MILLISECONDS

    again = []
    for record in event["Records"]:
        order = ORDERS.validate_json(record["body"])
        context = {"poll_id": order.poll_id, "recount_id": order.recount_id}
        try:
            if isinstance(order, RebuildOrder):
                found = counter_rebuilder.carry_out(order, has_time)
            else:
                found = counter_rebuilder.recounter.carry_out(order, has_time)
        except RecountNotOver as later:
            logger.info("a recount will be continued", extra={**context, "reason": str(later)})
            again.append(record["messageId"])
        except (VoteLogUnavailable, StoreUnavailable, UnknownPoll):
            logger.warning("a recount failed and will be retried", extra=context, exc_info=True)
            again.append(record["messageId"])
        else:
            wrong = found.state is RecountState.DIFFERENT
            log = logger.error if wrong else logger.info
            log("recounted", extra={**context, "certificate": found.model_dump(mode="json")})
            metrics.add_metric(DIFFERENCE, MetricUnit.Count, found.difference if wrong else 0)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in again]}
