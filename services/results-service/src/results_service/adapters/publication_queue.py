"""The SQS queue of publication orders. It delivers an order again until the order is complete."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from results_service.domain.errors import StoreUnavailable
from results_service.domain.publication import PublicationOrder

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class PublicationQueue:
    """Sends orders to the queue."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, order: PublicationOrder) -> None:
        """Order a publication. Raises `StoreUnavailable`."""
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=order.model_dump_json())
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailable(f"order a publication: {error}") from error
