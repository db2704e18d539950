"""Messages as they were once sent must be readable for ever: examples are only ever added."""

import json
from pathlib import Path
from typing import Any

import pytest
from contracts.catalogue import FROZEN
from contracts.events import POLL_EVENTS, VOTE_EVENTS
from contracts.realtime import FRAMES
from contracts.stream import event_attribute, read_record
from contracts.tally import TALLY_EVENTS
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pydantic import TypeAdapter, ValidationError

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").iterdir())
READERS: dict[str, TypeAdapter[Any]] = {
    "poll_created": POLL_EVENTS,
    "poll_opened": POLL_EVENTS,
    "poll_closing": POLL_EVENTS,
    "poll_closed": POLL_EVENTS,
    "poll_archived": POLL_EVENTS,
    "poll_changed": POLL_EVENTS,
    "poll_deleted": POLL_EVENTS,
    "vote_cast": VOTE_EVENTS,
    "tally_changed": TALLY_EVENTS,
}


def name_of(path: Path) -> str:
    """`poll.v1.draft.json` is an example of `poll.v1`."""
    return ".".join(path.name.split(".")[:2])


def of_kind(*, events: bool) -> list[Path]:
    return [path for path in EXAMPLES if (name_of(path).split(".")[0] in READERS) is events]


def set_fields(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if value is not None}


every_example = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


def test_every_frozen_contract_has_an_example_and_every_example_a_contract() -> None:
    assert {name_of(path) for path in EXAMPLES} == set(FROZEN)


@every_example
def test_an_example_fits_its_frozen_schema(path: Path) -> None:
    schema = json.loads((ROOT / "schemas" / f"{name_of(path)}.json").read_text())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [error.message for error in validator.iter_errors(json.loads(path.read_text()))] == []


@every_example
def test_an_example_is_read_and_written_again_unchanged(path: Path) -> None:
    model = FROZEN[name_of(path)]
    message = model.model_validate_json(path.read_text())
    written = message.model_dump(mode="json")
    assert set_fields(written) == set_fields(json.loads(path.read_text()))
    assert model.model_validate(written) == message


@every_example
def test_a_smuggled_field_is_refused(path: Path) -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        FROZEN[name_of(path)].model_validate({**json.loads(path.read_text()), "voter": "somebody"})


@every_example
def test_a_field_that_must_be_there_is_missed(path: Path) -> None:
    schema = json.loads((ROOT / "schemas" / f"{name_of(path)}.json").read_text())
    message = json.loads(path.read_text())
    for field in set(schema["required"]) - {"type", "version"}:
        with pytest.raises(ValidationError, match="Field required"):
            FROZEN[name_of(path)].model_validate({k: v for k, v in message.items() if k != field})


@pytest.mark.parametrize("path", of_kind(events=True), ids=lambda path: path.stem)
def test_an_event_survives_the_way_through_a_table_and_its_stream(path: Path) -> None:
    reader = READERS[name_of(path).split(".")[0]]
    event = reader.validate_json(path.read_text())
    record = read_record(
        {
            "eventName": "INSERT",
            "eventSource": "aws:dynamodb",
            "dynamodb": {
                "SequenceNumber": "1" * 21,
                "Keys": {"pk": {"S": "x"}},
                "NewImage": {"pk": {"S": "x"}, "event": event_attribute(event)},
            },
        }
    )
    assert record.event(reader) == event
    assert type(event) is FROZEN[name_of(path)]


@pytest.mark.parametrize(
    "path", [path for path in EXAMPLES if path.name.startswith("frame_")], ids=lambda path: path.stem
)
def test_a_frame_is_recognised_by_its_type(path: Path) -> None:
    assert type(FRAMES.validate_json(path.read_text())) is FROZEN[name_of(path)]
