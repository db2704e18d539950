"""Path and query parameters in OpenAPI form."""

from collections.abc import Mapping
from typing import Any, Final

from contracts.ids import PollId
from contracts.members import MemberName
from pydantic import BaseModel, TypeAdapter

type Json = dict[str, Any]

_PATH_PARAMETERS: Final[Mapping[str, TypeAdapter[Any]]] = {
    "poll_id": TypeAdapter(PollId),
    "member": TypeAdapter(MemberName),
}


def names_in(path: str) -> list[str]:
    """Return the names of a path's parameters."""
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def path_parameter(name: str) -> Json:
    """Return one path parameter."""
    known = _PATH_PARAMETERS.get(name)
    schema = known.json_schema() if known else {"type": "string"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def query_parameters(model: type[BaseModel]) -> list[Json]:
    """Return a parameter for each field of a query."""
    schema = model.model_json_schema()
    required = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _in_place(field, schema)}
        for name, field in schema["properties"].items()
    ]


def _in_place(field: Json, schema: Json) -> Json:
    """Return a field with its definition inlined; the document does not contain the query's model."""
    named = field.get("$ref", "").removeprefix("#/$defs/")
    rest = {name: value for name, value in field.items() if name != "$ref"}
    return schema["$defs"][named] | rest if named else field
