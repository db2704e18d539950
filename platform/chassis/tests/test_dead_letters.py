"""Every record, of any size and shape, fits into a message of the dead-letter queue."""

import json
from typing import Any

import pytest
from chassis.dead_letters import MAX_MESSAGE_BYTES, dead_letter

PLACE: dict[str, Any] = {"Keys": {"pk": {"S": "a"}}, "SequenceNumber": "7"}
SMALL: dict[str, Any] = {"eventID": "1", "eventName": "INSERT", "dynamodb": PLACE}
LARGE = {"S": "x" * 300_000}
RECORDS: dict[str, tuple[dict[str, Any], str]] = {
    "small": (SMALL, "why"),
    "one large image": ({**SMALL, "dynamodb": {**PLACE, "NewImage": {"a": LARGE}}}, "why"),
    "45,000 small fields": (
        {**SMALL, "dynamodb": {"NewImage": {f"f{number}": {"N": "1"} for number in range(45_000)}}}, "why",
    ),
    "small fields beside the change": ({f"f{number}": number for number in range(45_000)}, "why"),
    "a large key": ({"dynamodb": {"Keys": {"pk": LARGE}, "SequenceNumber": "7"}}, "why"),
    "letters of six bytes each": ({"dynamodb": {"NewImage": {"a": {"S": "\u2603" * 60_000}}}}, "why"),
    "a long reason": (SMALL, "why " * 100_000),
    "no change at all": ({"dynamodb": None, "large": "x" * 300_000}, "why"),
    "a change that is a text": ({"dynamodb": "x" * 300_000}, "why"),
    "a number of any length": ({"dynamodb": {"SequenceNumber": "7" * 300_000}}, "why " * 100_000),
}  # fmt: skip


@pytest.mark.parametrize("name", RECORDS)
def test_record_of_any_size_becomes_a_message_within_the_queue_limit(name: str) -> None:
    record, reason = RECORDS[name]
    message = dead_letter(record, reason)
    assert len(message.encode()) <= MAX_MESSAGE_BYTES
    read = json.loads(message)
    assert read["reason"].startswith("why")
    assert isinstance(read["record"], dict)


def test_small_record_is_kept_whole() -> None:
    assert json.loads(dead_letter(SMALL, "why")) == {"reason": "why", "record": SMALL}


def test_large_record_keeps_its_keys_and_sequence_number() -> None:
    record, _ = RECORDS["one large image"]
    kept = json.loads(dead_letter(record, "why"))["record"]
    assert kept["dynamodb"] == SMALL["dynamodb"]
    assert (kept["eventID"], kept["images_left_out"]) == ("1", True)
