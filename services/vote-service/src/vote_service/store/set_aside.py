"""The queue of stream records that cannot be applied: kept for somebody to look at, so that none is lost."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from vote_service.store.aws import failures_as_refusals

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_MESSAGE_BYTES: Final = 200 * 1024
"""Below what a queue takes; a longer record goes without its image, which the table still holds."""


class SetAside:
    """Where records go that would otherwise block the stream or be dropped."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def put(self, record: Mapping[str, Any], reason: str) -> None:
        """Set the record aside with the reason. Raises `Throttled` or `Unavailable`."""
        message = json.dumps({"reason": reason, "record": record})
        if len(message) > MAX_MESSAGE_BYTES:
            message = json.dumps({"reason": reason[:1000], "record": _without_image(record)})
        with failures_as_refusals():
            self._client.send_message(QueueUrl=self._queue_url, MessageBody=message)


def _without_image(record: Mapping[str, Any]) -> dict[str, Any]:
    change = {name: value for name, value in record["dynamodb"].items() if name != "NewImage"}
    return {**record, "dynamodb": change, "image_left_out": True}
