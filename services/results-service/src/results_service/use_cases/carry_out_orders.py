"""What an invocation of `recount` tells: its queue which orders to keep, the alarm what was found."""

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
"""Votes by which the counters depart from the log; the alarm hangs on it."""

RESERVED_MILLISECONDS: Final = 20_000
"""What is left for the last page, and for counting to catch up."""

logger = Logger()


def answer_orders(
    event: Mapping[str, Any],
    counter_rebuilder: CounterRebuilder,
    metrics: Metrics,
    milliseconds_left: Callable[[], int],
) -> dict[str, Any]:
    """Carry out each order of a queue's event; return which must come again.

    Raises `ValidationError` for what is no order: the queue hands it out some more, then sets it aside.
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
            logger.info("a recount goes on later", extra={**context, "because": str(later)})
            again.append(record["messageId"])
        except (VoteLogUnavailable, StoreUnavailable, UnknownPoll):
            logger.warning("a recount could not go on", extra=context, exc_info=True)
            again.append(record["messageId"])
        else:
            wrong = found.state is RecountState.DIFFERENT
            log = logger.error if wrong else logger.info
            log("recounted", extra={**context, "certificate": found.model_dump(mode="json")})
            metrics.add_metric(DIFFERENCE, MetricUnit.Count, found.difference if wrong else 0)
    return {"batchItemFailures": [{"itemIdentifier": message} for message in again]}
