"""Streams over a restart: neither new nor unread records are lost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

READER = """
    import os, pathlib
    def handler(event, context):
        folder = pathlib.Path(os.environ["FOLDER"])
        if (folder / "closed").exists():
            raise RuntimeError("closed")
        with (folder / "read").open("a") as file:
            for record in event["Records"]:
                change = record["dynamodb"]
                file.write(change["Keys"]["id"]["S"] + " " + change["SequenceNumber"] + "\\n")
"""
TABLE = {
    "TableName": "votes",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
}


class Log:
    """A table with a stream that a function writes to a file, unless a file `closed` exists."""

    def __init__(self, emulator: Any, folder: Path) -> None:
        self.emulator = emulator
        self.folder = folder
        stream = emulator.aws("dynamodb").create_table(**TABLE)["TableDescription"]["LatestStreamArn"]
        emulator.function("reader", READER, Environment={"Variables": {"FOLDER": str(folder)}})
        emulator.aws("lambda").create_event_source_mapping(
            EventSourceArn=stream, FunctionName="reader", StartingPosition="TRIM_HORIZON", BatchSize=10
        )

    def write(self, *ids: str) -> None:
        for one in ids:
            self.emulator.aws("dynamodb").put_item(TableName="votes", Item={"id": {"S": one}})

    def lines(self) -> list[list[str]]:
        path = self.folder / "read"
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    def read(self) -> set[str]:
        return {one for one, _ in self.lines()}

    def restart(self) -> None:
        self.emulator.stop()
        self.emulator.start()


@pytest.fixture
def log(restartable: Any, tmp_path: Path, eventually: Callable[[Callable[[], bool]], None]) -> Log:
    made = Log(restartable, tmp_path)
    made.write("a", "b", "c")
    eventually(lambda: made.read() == {"a", "b", "c"})
    return made


@pytest.mark.parametrize("restartable", ["repaired"], indirect=True)
def test_new_and_unread_records_are_read_after_restarts_and_sequence_numbers_grow(
    log: Log, eventually: Any
) -> None:
    log.restart()
    log.write("d")
    eventually(lambda: "d" in log.read())

    (log.folder / "closed").touch()
    log.write("e", "f")
    log.restart()
    (log.folder / "closed").unlink()
    eventually(lambda: log.read() == set("abcdef"))

    numbers = {one: int(number) for one, number in log.lines()}
    assert sorted(numbers, key=numbers.__getitem__) == list("abcdef")


@pytest.mark.parametrize("restartable", ["plain"], indirect=True)
def test_ministack_still_skips_as_many_records_as_were_read_before(log: Log, eventually: Any) -> None:
    # Once d is read, the stored position is past a, b and c: it is stored after each batch.
    log.write("d")
    eventually(lambda: "d" in log.read())
    log.restart()
    log.write("skipped-1", "skipped-2", "skipped-3", "perhaps", "read")
    eventually(lambda: "read" in log.read())
    assert log.read() - {"perhaps"} == {"a", "b", "c", "d", "read"}
