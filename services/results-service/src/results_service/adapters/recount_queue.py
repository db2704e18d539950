"""The queue of recounts to be made: it hands an order out until it is carried out."""

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
"""Reads an order of either kind."""

MAX_DELAY: Final = 900
"""Seconds a message may wait. An order that then comes too early is put back by whoever gets it."""


class RecountQueue:
    """Takes orders."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, order: RecountOrder, *, not_before: datetime, now: datetime) -> None:
        """Have a recount made, from that time on. Raises `StoreUnavailable`."""
        delay = min(max(0, ceil((not_before - now).total_seconds())), MAX_DELAY)
        try:
            self._client.send_message(
                QueueUrl=self._url, MessageBody=order.model_dump_json(), DelaySeconds=delay
            )
        except (ClientError, BotoCoreError) as error:
            raise StoreUnavailable(f"order a recount: {error}") from error
