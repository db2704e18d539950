"""Report invalid and tampered records: a message in the dead-letter queue, a metric and a log line.

The alarm uses the metric, so it also fires if the queue is unreachable. The invalid record is stored in
GameResults before it is reported.
"""

import json
from typing import TYPE_CHECKING, Final

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import BotoCoreError, ClientError

from results_service.adapters.game_results_items import REASON_LENGTH, InvalidRecord

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

POISON: Final = "PoisonRecord"
TAMPERING: Final = "VotesLogTampered"
logger = Logger()


class DeadLetterQueue:
    """Reports each record at least once. It never raises, because counting must not depend on it."""

    def __init__(self, client: "SQSClient", queue_url: str, function_name: str) -> None:
        self._client = client
        self._queue_url = queue_url
        self._function_name = function_name

    def report(self, metric: str, found: InvalidRecord) -> None:
        """Report one record. `metric` is `POISON` or `TAMPERING`."""
        where = {
            "poll_id": found.poll_id,
            "source": found.source,
            "sequence_number": found.number,
            "reason": found.reason[:REASON_LENGTH],
        }
        logger.error("a stream record needs attention", extra={"kind": metric, **where})
        with single_metric(name=metric, unit=MetricUnit.Count, value=1) as signal:
            signal.add_dimension(name="function_name", value=self._function_name)
        try:
            self._client.send_message(
                QueueUrl=self._queue_url,
                MessageBody=json.dumps({"kind": metric, **where, "record": found.record}),
            )
        except (ClientError, BotoCoreError):
            logger.exception("the dead-letter queue was not reached", extra={"kind": metric, **where})
