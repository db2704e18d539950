"""Send unreadable records to the dead-letter queue, whose depth raises an alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chassis.dead_letters import dead_letter

from realtime_service.adapters.errors import map_aws_errors
from realtime_service.domain.batch import Unreadable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class DeadLetters:
    """The dead-letter queue, which also receives Lambda's failed batches."""

    def __init__(self, sqs: SQSClient, queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url

    def put(self, unreadable: Unreadable) -> None:
        """Send the record and the reason, truncated to fit in a message. Raises `StoreUnavailable`."""
        body = dead_letter(unreadable.record, unreadable.reason)
        with map_aws_errors():
            self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=body)
