"""Messages of all versions stay readable: examples are only ever added, and the newest model reads them."""

import json
from pathlib import Path
from typing import Any

import pytest
from contracts.catalogue import FROZEN
from contracts.events import POLL_EVENTS, VOTE_EVENTS
from contracts.realtime import MESSAGES
from contracts.stream import event_attribute, read_record
from contracts.tally import TALLY_EVENTS
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pydantic import BaseModel, TypeAdapter, ValidationError
from testkit.events import stream_record
from testkit.rules import offenders

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").iterdir())
READERS: dict[str, TypeAdapter[Any]] = {
    **dict.fromkeys(POLL_EVENTS.json_schema()["discriminator"]["mapping"], POLL_EVENTS),
    "vote_cast": VOTE_EVENTS,
    "tally_changed": TALLY_EVENTS,
}


def name_of(path: Path) -> str:
    """`poll.v1.draft.json` is an example of `poll.v1`."""
    return ".".join(path.name.split(".")[:2])


def model_of(path: Path) -> type[BaseModel]:
    """Return the model of the newest version."""
    return FROZEN[path.name.split(".")[0]]


def stem(path: Path) -> str:
    return path.stem


def of_kind(*, events: bool) -> list[Path]:
    return [path for path in EXAMPLES if (name_of(path).split(".")[0] in READERS) is events]


def set_fields(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if value is not None}


def schema_of(path: Path) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((ROOT / "schemas" / f"{name_of(path)}.json").read_text())
    return schema


def schema_errors(path: Path) -> list[str]:
    schema = schema_of(path)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [error.message for error in validator.iter_errors(json.loads(path.read_text()))]


def changed_by_reading(path: Path) -> bool:
    model = model_of(path)
    message = model.model_validate_json(path.read_text())
    written = message.model_dump(mode="json", exclude_unset=True)
    unchanged = set_fields(written) == set_fields(json.loads(path.read_text()))
    return not unchanged or model.model_validate(written) != message


def rejection_of(path: Path, message: dict[str, Any]) -> str:
    """Return the reason for which a message is rejected, or an empty text."""
    try:
        model_of(path).model_validate(message)
    except ValidationError as error:
        return str(error)
    return ""


def accepts_unknown_field(path: Path) -> bool:
    smuggled = {**json.loads(path.read_text()), "voter": "x"}
    return "Extra inputs are not permitted" not in rejection_of(path, smuggled)


def fields_not_required(path: Path) -> list[str]:
    message = json.loads(path.read_text())
    required = set(schema_of(path)["required"]) - {"type", "version"}
    without = {field: {k: v for k, v in message.items() if k != field} for field in required}
    return [field for field, left in without.items() if "Field required" not in rejection_of(path, left)]


def lost_on_a_stream(path: Path) -> bool:
    reader = READERS[name_of(path).split(".")[0]]
    event = reader.validate_json(path.read_text())
    record = read_record(stream_record({"pk": "x"}, {"event": event_attribute(event)}, name="INSERT"))
    return record.event(reader) != event or type(event) is not model_of(path)


def read_as_another_message(path: Path) -> bool:
    return type(MESSAGES.validate_json(path.read_text())) is not model_of(path)


def test_every_frozen_contract_has_an_example_and_every_example_a_contract() -> None:
    assert {path.name.split(".")[0] for path in EXAMPLES} == FROZEN.keys()
    assert {name_of(path) for path in EXAMPLES} <= {path.stem for path in (ROOT / "schemas").iterdir()}


def test_an_example_fits_its_frozen_schema() -> None:
    assert offenders(EXAMPLES, schema_errors, stem) == {}


@pytest.mark.covers("R42")
def test_example_survives_reading_and_writing_unchanged() -> None:
    assert offenders(EXAMPLES, changed_by_reading, stem) == {}


@pytest.mark.covers("R19")
def test_unknown_field_is_rejected() -> None:
    assert offenders(EXAMPLES, accepts_unknown_field, stem) == {}


def test_missing_required_field_is_rejected() -> None:
    assert offenders(EXAMPLES, fields_not_required, stem) == {}


def test_every_event_survives_a_round_trip_through_table_and_stream() -> None:
    assert offenders(of_kind(events=True), lost_on_a_stream, stem) == {}


def test_message_class_is_selected_by_type() -> None:
    messages = [path for path in EXAMPLES if path.name.startswith("message_")]
    assert offenders(messages, read_as_another_message, stem) == {}


def test_rule_violation_in_example_is_detected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a vote with a third choice, and a contract that accepts everything."""
    example = next(path for path in EXAMPLES if path.name.startswith("vote_cast."))
    vote = json.loads(example.read_text())
    planted = tmp_path / f"{name_of(example)}.planted.json"
    planted.write_text(json.dumps(vote | {"choice": "c"}))
    found = offenders([planted], schema_errors, stem) | offenders([planted], changed_by_reading, str)
    assert len(found) == 2

    class Anything(BaseModel):
        model_config = {"extra": "ignore"}
        choice: str | None = None

    monkeypatch.setitem(FROZEN, "vote_cast", Anything)
    planted.write_text(json.dumps(vote))
    assert accepts_unknown_field(planted)
    assert changed_by_reading(planted)
    assert set(fields_not_required(planted)) == {"poll_id", "choice", "recorded_at"}
    assert lost_on_a_stream(planted)
    message = next(path for path in EXAMPLES if path.name.startswith("message_results."))
    monkeypatch.setitem(FROZEN, "message_results", Anything)
    assert read_as_another_message(message)
