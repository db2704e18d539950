"""Send orders to the broadcast queue, which delivers them until they are carried out."""

from __future__ import annotations

from itertools import batched
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field, TypeAdapter

from realtime_service.adapters.errors import StoreUnavailable, map_aws_errors
from realtime_service.domain.order import Order

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_sqs import SQSClient

ORDERS: Final[TypeAdapter[Order]] = TypeAdapter(Annotated[Order, Field(discriminator="type")])
"""Parses an order of either kind."""

_MESSAGES_PER_BATCH: Final = 10


class BroadcastQueue:
    """The queue of broadcasts that are due later, and of the shards of a large broadcast."""

    def __init__(self, sqs: SQSClient, queue_url: str) -> None:
        self._sqs = sqs
        self._queue_url = queue_url

    def send(self, orders: Iterable[Order], delay_seconds: int = 0) -> None:
        """Send orders, to be delivered after the delay. If it raises `StoreUnavailable`, some may be sent."""
        for some in batched(orders, _MESSAGES_PER_BATCH, strict=False):
            with map_aws_errors():
                answer = self._sqs.send_message_batch(
                    QueueUrl=self._queue_url,
                    Entries=[
                        {
                            "Id": str(number),
                            "MessageBody": order.model_dump_json(),
                            "DelaySeconds": delay_seconds,
                        }
                        for number, order in enumerate(some)
                    ],
                )
            if rejected := answer.get("Failed"):
                raise StoreUnavailable(f"orders not sent: {[each['Code'] for each in rejected]}")
