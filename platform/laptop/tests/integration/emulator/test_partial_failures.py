"""Partial batch failures: a record that a function reports as failed is redelivered."""

from pathlib import Path
from typing import Any

import pytest

SECOND_TIME_READER = """
    import os, pathlib
    def handler(event, context):
        seen = pathlib.Path(os.environ["SEEN"])
        with seen.open("a") as file:
            file.write("batch\\n")
        failed = [] if len(seen.read_text().splitlines()) > 1 else event["Records"][:1]
        numbers = [one["dynamodb"]["SequenceNumber"] for one in failed]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in numbers]}
"""
TABLE = {
    "TableName": "partial",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
}


def write_one(emulator: Any, seen: Path) -> str:
    """Write one record to a stream with a reader that fails at first; return the mapping's id."""
    stream = emulator.aws("dynamodb").create_table(**TABLE)["TableDescription"]["LatestStreamArn"]
    emulator.function("second-time", SECOND_TIME_READER, Environment={"Variables": {"SEEN": str(seen)}})
    mapping = emulator.aws("lambda").create_event_source_mapping(
        EventSourceArn=stream,
        FunctionName="second-time",
        StartingPosition="TRIM_HORIZON",
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    emulator.aws("dynamodb").put_item(TableName="partial", Item={"id": {"S": "a"}})
    return str(mapping["UUID"])


def batches(seen: Path) -> int:
    return len(seen.read_text().splitlines()) if seen.exists() else 0


def test_a_record_reported_as_failed_is_redelivered(repaired: Any, tmp_path: Path, eventually: Any) -> None:
    write_one(repaired, tmp_path / "seen")
    eventually(lambda: batches(tmp_path / "seen") == 2)


@pytest.mark.parametrize("restartable", ["plain"], indirect=True)
def test_ministack_still_treats_the_report_as_success(
    restartable: Any, tmp_path: Path, eventually: Any
) -> None:
    mapping = write_one(restartable, tmp_path / "seen")
    eventually(lambda: batches(tmp_path / "seen") > 0)
    result = restartable.aws("lambda")
    eventually(
        lambda: result.get_event_source_mapping(UUID=mapping)["LastProcessingResult"].startswith(
            ("OK", "FAILED")
        )
    )
    assert result.get_event_source_mapping(UUID=mapping)["LastProcessingResult"] == "OK - 1 records"
