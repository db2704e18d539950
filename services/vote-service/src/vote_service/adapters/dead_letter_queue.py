"""The dead-letter queue of stream records that cannot be applied."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chassis.dead_letters import dead_letter

from vote_service.adapters.aws import map_aws_errors

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class DeadLetters:
    """Sends records to the dead-letter queue, so that they neither block the stream nor get lost."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def put(self, record: Mapping[str, Any], reason: str) -> None:
        """Send the record and the reason to the queue. Raises `Throttled` or `Unavailable`."""
        message = dead_letter(record, reason)
        with map_aws_errors():
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=message)
