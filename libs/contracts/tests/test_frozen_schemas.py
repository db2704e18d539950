"""A published schema never changes: each model matches its file."""

import json
from pathlib import Path
from typing import Any

import pytest
from contracts.catalogue import FROZEN, schema_of, write_missing
from contracts.events import POLL_EVENTS, VOTE_EVENTS
from contracts.tally import TALLY_EVENTS
from pydantic import BaseModel, TypeAdapter
from testkit.rules import offenders

SCHEMAS = Path(__file__).parents[1] / "schemas"
EVENTS = [
    "poll_created.v1",
    "poll_opened.v1",
    "poll_closing.v1",
    "poll_closed.v1",
    "poll_archived.v1",
    "poll_changed.v1",
    "poll_deleted.v1",
    "vote_cast.v1",
    "tally_changed.v1",
]


def without_descriptions(schema: object) -> object:
    """Return the schema without descriptions: they may be reworded, everything else is the contract."""
    match schema:
        case dict():
            return {key: without_descriptions(value) for key, value in schema.items() if key != "description"}
        case list():
            return [without_descriptions(value) for value in schema]
    return schema


def read(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text())
    return schema


def differs_from_its_schema(name: str) -> bool:
    return without_descriptions(schema_of(FROZEN[name])) != without_descriptions(read(name))


def test_every_model_matches_its_frozen_schema() -> None:
    assert offenders(FROZEN, differs_from_its_schema) == {}


def test_every_frozen_schema_has_a_model() -> None:
    assert {path.stem for path in SCHEMAS.iterdir()} == set(FROZEN)


def test_every_kind_of_event_is_frozen() -> None:
    adapters: list[TypeAdapter[Any]] = [POLL_EVENTS, VOTE_EVENTS, TALLY_EVENTS]
    named = {kind for adapter in adapters for kind in json.dumps(adapter.json_schema()).split('"')}
    assert {name.split(".")[0] for name in EVENTS} <= named
    assert set(EVENTS) <= set(FROZEN)


def nested_fields(schema: dict[str, Any]) -> list[str]:
    """Return the fields that are no plain value, and `type` or `version` if it is optional."""
    found = sorted({"type", "version"} - set(schema["required"]))
    for name, field in schema["properties"].items():
        target = schema["$defs"][field["$ref"].rsplit("/", 1)[1]] if "$ref" in field else field
        kinds = {option["type"] for option in target.get("anyOf", [target])}
        found += [name] if kinds - {"string", "integer", "boolean", "null"} else []
    return found


def test_every_event_is_flat_and_has_type_and_version() -> None:
    assert offenders(EVENTS, lambda name: nested_fields(read(name))) == {}


def test_repeated_freezing_writes_only_missing_schemas(tmp_path: Path) -> None:
    assert len(write_missing(tmp_path)) == len(FROZEN)
    kept = tmp_path / "vote_cast.v1.json"
    kept.write_text("{}")
    (tmp_path / "poll.v1.json").unlink()
    assert write_missing(tmp_path) == [tmp_path / "poll.v1.json"]
    assert kept.read_text() == "{}"


def open_settings(model: type[BaseModel]) -> list[str]:
    wanted = {"frozen": True, "extra": "forbid"}
    return [name for name, value in wanted.items() if model.model_config.get(name) != value]


def test_every_contract_is_frozen_and_rejects_unknown_fields() -> None:
    assert offenders(FROZEN, lambda name: open_settings(FROZEN[name])) == {}


def test_rule_violation_in_contract_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a vote with an optional list, and not frozen."""

    class Vote(BaseModel):
        choices: list[str] | None = None

    monkeypatch.setitem(FROZEN, "vote_cast.v1", Vote)
    assert list(offenders(FROZEN, differs_from_its_schema)) == ["vote_cast.v1"]
    assert nested_fields({"required": [], **Vote.model_json_schema()}) == ["type", "version", "choices"]
    assert open_settings(Vote) == ["frozen", "extra"]
