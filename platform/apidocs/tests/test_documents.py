"""The API documents are valid, complete and up to date."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from api_documents.asyncapi import STREAMS
from api_documents.documents import FOLDER, differing, write
from contracts.catalogue import FROZEN
from contracts.problem import ProblemType
from contracts.stack_exports import Export
from jsonschema import Draft7Validator  # type: ignore[import-untyped]
from openapi_spec_validator import validate
from stacks.catalogue import load_stacks
from template_lint.rules.event_source_mappings import MAPPING, stream_mappings
from template_lint.rules.gateway import ROUTE

# The schema of @asyncapi/specs 6.11.1 (Apache-2.0), without white space.
ASYNCAPI_SCHEMA: Final = json.loads((Path(__file__).parent / "asyncapi.3.0.0.json").read_text())
STACKS: Final = load_stacks()


def document(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / name).read_text())
    return content


OPENAPI: Final = {
    path.name.removesuffix(".openapi.json"): path.name for path in FOLDER.glob("*.openapi.json")
}


@pytest.mark.parametrize("name", OPENAPI.values())
def test_an_openapi_document_is_valid(name: str) -> None:
    validate(document(name))


def test_the_asyncapi_document_is_valid() -> None:
    Draft7Validator.check_schema(ASYNCAPI_SCHEMA)
    assert [
        error.message for error in Draft7Validator(ASYNCAPI_SCHEMA).iter_errors(document("asyncapi.json"))
    ] == []


def test_an_invalid_asyncapi_document_fails_the_schema() -> None:
    broken = document("asyncapi.json")
    broken["operations"]["sendMessages"]["action"] = "shout"
    assert not Draft7Validator(ASYNCAPI_SCHEMA).is_valid(broken)


def test_every_route_of_every_template_is_in_a_document() -> None:
    routed = {
        (stack.name, route["RouteKey"])
        for stack in STACKS
        for route in stack.properties(ROUTE).values()
        if " " in route["RouteKey"] and not route["RouteKey"].startswith(("OPTIONS ", "HEAD "))
    }
    documented = {
        (service, f"{method.upper()} {path}")
        for service, name in OPENAPI.items()
        for path, methods in document(name)["paths"].items()
        for method in methods
    }
    assert documented == routed


def test_every_problem_type_is_documented() -> None:
    text = "".join((FOLDER / name).read_text() for name in OPENAPI.values())
    assert [kind.slug for kind in ProblemType if f'"{kind.uri}"' not in text] == []


def test_every_stream_and_stream_reader_is_in_the_asyncapi_document() -> None:
    assert {export for export in Export if export.output.endswith("StreamArn")} == STREAMS.keys()
    readers = [name for stack in STACKS for name in stream_mappings(stack)]
    operations = document("asyncapi.json")["operations"].values()
    streamed = [
        one for one in operations if one["action"] == "receive" and "socket" not in one["channel"]["$ref"]
    ]
    assert len(streamed) == len(readers) > 0


def test_every_frozen_event_and_message_is_in_the_asyncapi_document() -> None:
    messages = document("asyncapi.json")["components"]["messages"].keys()
    crossing = {name for name, model in FROZEN.items() if {"type", "version"} <= model.model_fields.keys()}
    received = {name for name in FROZEN if name.startswith("message_")}
    # vote-service answers by direct invocation, and published files are fetched: neither is a channel.
    invoked = {"vote_log_page", "vote_log_refused", "read_receipt_hashes", "receipt_hash_page"}
    others = invoked | {"public_certificate", "log_keys"}
    assert messages == (crossing | received | {"ping"}) - others


def test_event_filters_name_only_event_types_of_their_stream() -> None:
    channels = document("asyncapi.json")["channels"]
    carried = {export.output: channels[table]["messages"] for export, (table, _) in STREAMS.items()}
    for stack in STACKS:
        for mapping in stack.properties(MAPPING).values():
            source = json.dumps(mapping["EventSourceArn"])
            for one in mapping.get("FilterCriteria", {}).get("Filters", []):
                (names,) = [names for output, names in carried.items() if output in source]
                types = json.loads(one["Pattern"])["dynamodb"]["NewImage"]["event"]["M"]["type"]["S"]
                assert set(names) >= set(types)


def test_changed_missing_and_foreign_documents_are_reported(tmp_path: Path) -> None:
    wanted = {"a.json": "1\n", "b.json": "2\n"}
    (tmp_path / "b.json").write_text("by hand")
    (tmp_path / "c.json").write_text("of a service that is gone")
    assert differing(tmp_path, wanted) == ["a.json", "b.json", "c.json"]
    assert write(tmp_path, wanted) == ["a.json", "b.json", "c.json"]
    assert differing(tmp_path, wanted) == []
