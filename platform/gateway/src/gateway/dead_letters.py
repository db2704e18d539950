"""Messages for dead-letter queues: a record with the reason, never larger than a queue takes.

A record of any size and shape becomes a message. What does not fit is left out, largest part first; the
record's keys and its number find the rest in its table or stream.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

MAX_MESSAGE_BYTES: Final = 200 * 1024
"""Below the 256 KB of a queue."""

REASON_LENGTH: Final = 2_000
"""Of a longer reason; it repeats what is wrong, however often that is."""

_RECORD_ID_FIELDS: Final = ("eventID", "eventName", "eventSourceARN", "awsRegion")
_POSITION_FIELDS: Final = ("Keys", "SequenceNumber", "SizeBytes", "ApproximateCreationDateTime")


def dead_letter(record: Mapping[str, Any], reason: str) -> str:
    """Return the message for a record that cannot be applied: JSON in ASCII, so a character is a byte."""
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
