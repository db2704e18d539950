import json
from typing import Any

from results_service.adapters.game_results_items import KEPT_BYTES, InvalidRecord


def invalid_record(raw: dict[str, Any], number: str | None = "5") -> InvalidRecord:
    return InvalidRecord("0" * 26, "shardId-1", number, "not a vote", raw)


def test_a_record_is_kept_whole() -> None:
    raw = {"dynamodb": {"NewImage": {"pk": {"S": "ä"}}}}
    assert json.loads(invalid_record(raw).record) == raw


def test_oversized_record_keeps_its_keys_and_number() -> None:
    change = {"Keys": {"pk": {"S": "p"}}, "SequenceNumber": "5", "NewImage": {"x": {"S": "y" * KEPT_BYTES}}}
    kept = invalid_record({"eventName": "INSERT", "dynamodb": change}).record
    assert json.loads(kept) == {
        "eventName": "INSERT",
        "dynamodb": {"Keys": {"pk": {"S": "p"}}, "SequenceNumber": "5"},
        "images_left_out": True,
    }


def test_malformed_record_fits_an_item() -> None:
    assert len(invalid_record({"dynamodb": {"Keys": "k" * 2 * KEPT_BYTES}}).record) <= KEPT_BYTES


def test_the_same_record_gets_the_same_key() -> None:
    assert invalid_record({"x": 1}).sort_key == f"invalid#shardId-1#{5:040d}"
    assert invalid_record({"x": 1}, None).sort_key == invalid_record({"x": 1}, None).sort_key
    assert invalid_record({"x": 1}, None).sort_key != invalid_record({"x": 2}, None).sort_key
