"""A published schema never changes: each model matches its file, and still reads the older versions."""

import json
from pathlib import Path
from typing import Any, Literal

import pytest
from contracts.catalogue import FROZEN, schema_of, write_missing
from contracts.events import POLL_EVENTS, VOTE_EVENTS, VoteCast
from contracts.tally import TALLY_EVENTS
from pydantic import BaseModel, TypeAdapter
from testkit.rules import offenders

SCHEMAS = Path(__file__).parents[1] / "schemas"
KINDS = {
    "poll_created",
    "poll_opened",
    "poll_closing",
    "poll_closed",
    "poll_archived",
    "poll_changed",
    "poll_deleted",
    "vote_cast",
    "tally_changed",
}
EVENTS = [name for name in FROZEN if name.split(".")[0] in KINDS]


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


@pytest.mark.covers("R42")
def test_every_model_matches_its_frozen_schema() -> None:
    assert offenders(FROZEN, differs_from_its_schema) == {}


def extends(newer: Any, older: Any, *, named: bool = False) -> bool:
    """Return whether every message of the older schema fits the newer one, too.

    Fields that were added are optional, and enums have only more members. `named`: a map of schemas by name.
    """
    if not (isinstance(newer, dict) and isinstance(older, dict)):
        return bool(newer == older)
    if older.keys() & {"const", "enum"}:
        return set(values_of(older)) <= set(values_of(newer))
    if named:
        return all(name in newer and extends(newer[name], older[name]) for name in older)
    compared = (newer.keys() | older.keys()) - {"title", "default", "required"}
    return set(newer.get("required", ())) <= set(older.get("required", ())) and all(
        (key == "$defs" and key not in older)
        or extends(newer.get(key), older.get(key), named=key in {"properties", "$defs"})
        for key in compared
    )


def values_of(schema: dict[str, Any]) -> list[Any]:
    return list(schema["enum"]) if "enum" in schema else [schema.get("const")]


def misread_by_newest_model() -> list[str]:
    """Return the older schemas that the model of the newest version does not read."""
    newest = {name.split(".")[0]: model for name, model in FROZEN.items()}
    older = sorted(path.stem for path in SCHEMAS.iterdir() if path.stem not in FROZEN)
    schemas = [(name, schema_of(newest[name.split(".")[0]]), read(name)) for name in older]
    return [
        name
        for name, new, old in schemas
        if not extends(without_descriptions(new), without_descriptions(old))
    ]


def test_newest_model_reads_every_older_schema() -> None:
    assert len({name.split(".")[0] for name in FROZEN}) == len(FROZEN), "only the newest version has a model"
    assert misread_by_newest_model() == []


def test_next_version_only_adds_optional_fields_and_members_of_enums(monkeypatch: pytest.MonkeyPatch) -> None:
    class Extended(VoteCast):
        version: Literal[1, 2] = 2  # type: ignore[assignment]
        country: str | None = None

    class Misread(VoteCast):
        country: str

    monkeypatch.delitem(FROZEN, "vote_cast.v1")
    monkeypatch.setitem(FROZEN, "vote_cast.v2", Extended)
    assert misread_by_newest_model() == []
    monkeypatch.setitem(FROZEN, "vote_cast.v2", Misread)
    assert misread_by_newest_model() == ["vote_cast.v1"]
    assert extends({"enum": ["a", "b"]}, {"enum": ["a"]})
    assert not extends({"enum": ["a"]}, {"enum": ["a", "b"]})


def test_every_kind_of_event_is_frozen() -> None:
    adapters: list[TypeAdapter[Any]] = [POLL_EVENTS, VOTE_EVENTS, TALLY_EVENTS]
    named = {kind for adapter in adapters for kind in json.dumps(adapter.json_schema()).split('"')}
    assert {name.split(".")[0] for name in EVENTS} == KINDS <= named


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
    kept, removed, *_ = sorted(tmp_path.iterdir())
    kept.write_text("{}")
    removed.unlink()
    assert write_missing(tmp_path) == [removed]
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
