"""The queue of records that nobody could read: kept for a person, and alarmed by its depth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.dead_letters import dead_letter

from realtime_service.adapters.errors import map_aws_errors
from realtime_service.domain.batch import Unreadable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class DeadLetters:
    """The queue that Lambda's own failed batches go to as well."""

    def __init__(self, sqs: SQSClient, queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url

    def put(self, unreadable: Unreadable) -> None:
        """Keep the record with the reason, as much of it as fits. Raises `StoreUnavailable`."""
        body = dead_letter(unreadable.record, unreadable.reason)
        with map_aws_errors():
            self._sqs.send_message(QueueUrl=self._queue_url, MessageBody=body)
