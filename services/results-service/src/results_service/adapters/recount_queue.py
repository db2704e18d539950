"""The SQS queue of recount and rebuild orders. It delivers an order again until the order is complete."""

from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import TypeAdapter

from results_service.domain.errors import StoreUnavailable
from results_service.domain.recount import RebuildOrder, RecountOrder

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

ORDERS: Final[TypeAdapter[RecountOrder]] = TypeAdapter(RebuildOrder | RecountOrder)
"""Parses an order of either kind."""

MAX_DELAY: Final = 900
"""Longest delay of an SQS message, in seconds. An order that then arrives too early is retried."""


class RecountQueue:
    """Sends orders to the queue."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, order: RecountOrder, *, not_before: datetime, now: datetime) -> None:
        """Order a recount that begins at `not_before` at the earliest. Raises `StoreUnavailable`."""
        delay = min(max(0, ceil((not_before - now).total_seconds())), MAX_DELAY)
        try:
            self._client.send_message(
                QueueUrl=self._url, MessageBody=order.model_dump_json(), DelaySeconds=delay
            )
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailable(f"order a recount: {error}") from error
