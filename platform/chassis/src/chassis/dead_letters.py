"""Messages for dead-letter queues: a stream record with the reason, within the size limit of SQS.

A record of any size and shape becomes a message. If it is too large, the largest parts are left out first;
the record's keys and sequence number identify it in its table or stream.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

MAX_MESSAGE_BYTES: Final = 200 * 1024
"""Below the 256 KB limit of SQS."""

REASON_LENGTH: Final = 2_000
"""Longer reasons are cut; a validation error repeats its text for each fault."""

_RECORD_ID_FIELDS: Final = ("eventID", "eventName", "eventSourceARN", "awsRegion")
_POSITION_FIELDS: Final = ("Keys", "SequenceNumber", "SizeBytes", "ApproximateCreationDateTime")


def dead_letter(record: Mapping[str, Any], reason: str) -> str:
    """Return the message for a record that cannot be applied. It is ASCII JSON, so its length is its size."""
    return next(message for message in _narrower(record, reason) if len(message) <= MAX_MESSAGE_BYTES)


def _narrower(record: Mapping[str, Any], reason: str) -> Iterator[str]:
    yield _message(record, reason)
    reason = reason[:REASON_LENGTH]
    change = record.get("dynamodb")
    place = (
        {name: change[name] for name in _POSITION_FIELDS if name in change}
        if isinstance(change, Mapping)
        else {}
    )
    found = {name: record[name] for name in _RECORD_ID_FIELDS if name in record}
    yield _message({**found, "dynamodb": place, "images_left_out": True}, reason)
    number = str(place.get("SequenceNumber"))[:100]
    yield _message({"dynamodb": {"SequenceNumber": number}, "all_else_left_out": True}, reason)


def _message(record: Mapping[str, Any], reason: str) -> str:
    return json.dumps({"reason": reason, "record": record}, default=str)
