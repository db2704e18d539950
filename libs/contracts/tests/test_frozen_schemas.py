"""A published schema never changes: each model matches its file, and still reads the older versions."""

import json
from pathlib import Path
from typing import Any

import pytest
from contracts.catalogue import FROZEN, comparable, newest_versions, schema_of, write_changed
from contracts.events import POLL_EVENTS, VoteCast
from pydantic import BaseModel
from testkit.rules import offenders

SCHEMAS = Path(__file__).parents[1] / "schemas"
KINDS = {*POLL_EVENTS.json_schema()["discriminator"]["mapping"], "vote_cast", "tally_changed"}
EVENTS = [name for name in FROZEN if name in KINDS]
NEWEST = newest_versions(SCHEMAS)


def read(name: str, version: int | None = None) -> dict[str, Any]:
    path = SCHEMAS / f"{name}.v{version or NEWEST[name]}.json"
    schema: dict[str, Any] = json.loads(path.read_text())
    return schema


def differs_from_its_schema(name: str) -> bool:
    return comparable(schema_of(FROZEN[name])) != comparable(read(name))


@pytest.mark.covers("R42")
def test_every_model_matches_its_newest_schema() -> None:
    assert FROZEN.keys() == NEWEST.keys()
    assert offenders(FROZEN, differs_from_its_schema) == {}


def misses_its_version(name: str) -> bool:
    """Return whether an event writes neither its newest version nor, until the next release, the former."""
    return FROZEN[name].model_fields["version"].default not in {NEWEST[name], max(1, NEWEST[name] - 1)}


def test_event_writes_the_version_of_its_newest_schema_or_the_one_before() -> None:
    assert offenders(EVENTS, misses_its_version) == {}


BOUNDS = {
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "pattern",
}


def extends(newer: Any, older: Any, *, named: bool = False) -> bool:
    """Return whether every message of the older schema fits the newer one, too.

    Fields that were added are optional, enums have only more members, and a bound may be dropped. `named`: a
    map of schemas by name.
    """
    if not (isinstance(newer, dict) and isinstance(older, dict)):
        return bool(newer == older)
    if older.keys() & {"const", "enum"}:
        return set(values_of(older)) <= set(values_of(newer))
    if named:
        return all(name in newer and extends(newer[name], older[name]) for name in older)
    compared = (newer.keys() | older.keys()) - {"title", "default", "required"} - (BOUNDS - newer.keys())
    return set(newer.get("required", ())) <= set(older.get("required", ())) and all(
        (key == "$defs" and key not in older)
        or extends(newer.get(key), older.get(key), named=key in {"properties", "$defs"})
        for key in compared
    )


def values_of(schema: dict[str, Any]) -> list[Any]:
    return list(schema["enum"]) if "enum" in schema else [schema.get("const")]


def misread_by_newest_model() -> list[str]:
    """Return the older schemas that the model of the newest version does not read."""
    older = [(name, version) for name, newest in NEWEST.items() for version in range(1, newest)]
    return [
        f"{name}.v{version}"
        for name, version in older
        if not extends(comparable(schema_of(FROZEN[name])), comparable(read(name, version)))
    ]


def test_newest_model_reads_every_older_schema() -> None:
    assert misread_by_newest_model() == []


def test_next_version_only_adds_optional_fields_and_members_of_enums(monkeypatch: pytest.MonkeyPatch) -> None:
    class Extended(VoteCast):
        country: str | None = None

    class Misread(VoteCast):
        country: str

    version = NEWEST["vote_cast"]
    monkeypatch.setitem(NEWEST, "vote_cast", version + 1)
    monkeypatch.setitem(FROZEN, "vote_cast", Extended)
    assert misread_by_newest_model() == []
    assert not misses_its_version("vote_cast")
    monkeypatch.setitem(NEWEST, "vote_cast", version + 2)
    assert misses_its_version("vote_cast")
    monkeypatch.setitem(NEWEST, "vote_cast", version + 1)
    monkeypatch.setitem(FROZEN, "vote_cast", Misread)
    assert misread_by_newest_model() == [f"vote_cast.v{version}"]
    assert extends({"enum": ["a", "b"]}, {"enum": ["a"]})
    assert not extends({"enum": ["a"]}, {"enum": ["a", "b"]})
    assert extends({"type": "string"}, {"type": "string", "maxLength": 80})
    assert not extends({"type": "string", "maxLength": 80}, {"type": "string"})
    assert not extends({"type": "string", "maxLength": 60}, {"type": "string", "maxLength": 80})


def limits_of(schema: object) -> set[str]:
    match schema:
        case dict():
            return schema.keys() & {"maxLength", "maxItems"} | {
                limit for part in schema.values() for limit in limits_of(part)
            }
        case list():
            return {limit for part in schema for limit in limits_of(part)}
    return set()


def test_only_requests_limit_lengths_so_a_reader_accepts_texts_of_an_earlier_limit() -> None:
    requests = {"read_vote_log", "read_receipt_hashes", "rebuild_poll", "redrive_poll"}
    assert set(offenders(FROZEN, lambda name: sorted(limits_of(read(name))))) == requests


def test_every_kind_of_event_is_frozen() -> None:
    assert set(EVENTS) == KINDS


def nested_fields(schema: dict[str, Any]) -> list[str]:
    """Return the fields that are no plain value, and `type` or `version` if it is optional."""

    def target(field: dict[str, Any]) -> dict[str, Any]:
        named: dict[str, Any] = schema["$defs"][field["$ref"].rsplit("/", 1)[1]] if "$ref" in field else field
        return named

    found = sorted({"type", "version"} - set(schema["required"]))
    for name, field in schema["properties"].items():
        kinds = {target(option)["type"] for option in target(field).get("anyOf", [field])}
        found += [name] if kinds - {"string", "integer", "boolean", "null"} else []
    return found


def test_every_event_is_flat_and_has_type_and_version() -> None:
    assert offenders(EVENTS, lambda name: nested_fields(read(name))) == {}


def test_changed_model_gets_a_next_schema_and_no_schema_is_rewritten(tmp_path: Path) -> None:
    assert len(write_changed(tmp_path)) == len(FROZEN)
    assert write_changed(tmp_path) == []
    changed = tmp_path / "vote_cast.v1.json"
    changed.write_text("{}")
    assert write_changed(tmp_path) == [tmp_path / "vote_cast.v2.json"]
    assert changed.read_text() == "{}"
    assert write_changed(tmp_path) == []


def open_settings(model: type[BaseModel]) -> list[str]:
    wanted = {"frozen": True, "extra": "forbid"}
    return [name for name, value in wanted.items() if model.model_config.get(name) != value]


def test_every_contract_is_frozen_and_rejects_unknown_fields() -> None:
    assert offenders(FROZEN, lambda name: open_settings(FROZEN[name])) == {}


def test_rule_violation_in_contract_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a vote with an optional list, and not frozen."""

    class Vote(BaseModel):
        choices: list[str] | None = None

    monkeypatch.setitem(FROZEN, "vote_cast", Vote)
    assert list(offenders(FROZEN, differs_from_its_schema)) == ["vote_cast"]
    assert nested_fields({"required": [], **Vote.model_json_schema()}) == ["type", "version", "choices"]
    assert open_settings(Vote) == ["frozen", "extra"]
