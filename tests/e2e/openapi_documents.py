"""Validate the running stack's HTTP responses and WebSocket messages against docs/api."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import httpx
import jsonschema_rs
from devkit.checkout import ROOT

FOLDER: Final = ROOT / "docs" / "api"
type Json = dict[str, Any]


@dataclass(frozen=True)
class Documented:
    """One operation of an OpenAPI document."""

    method: str
    path: re.Pattern[str]
    responses: Json
    components: Json

    def content(self, status: int) -> Json | None:
        """Return the documented media types of a status, or None if the status is not documented."""
        response = self.responses.get(str(status))
        if response is not None and "$ref" in response:
            response = self.components["responses"][response["$ref"].rpartition("/")[2]]
        return None if response is None else response.get("content", {})


@cache
def operations() -> tuple[Documented, ...]:
    """Return all operations; paths without variables come first."""
    documents = [json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.openapi.json"))]
    paths = [
        (path, methods, one["components"]) for one in documents for path, methods in one["paths"].items()
    ]
    return tuple(
        Documented(
            method.upper(), re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), body["responses"], components
        )
        for path, methods, components in sorted(paths, key=lambda each: "{" in each[0])
        for method, body in methods.items()
    )


def check_documented(answer: httpx.Response) -> None:
    """Fail if a response does not match its operation's document; undocumented routes are ignored."""
    request = answer.request
    for documented in operations():
        if documented.method == request.method and documented.path.fullmatch(request.url.path):
            answer.read()
            fault = _fault(documented, answer)
            assert fault is None, f"{request.method} {request.url.path}: {fault}\n{answer.text[:500]}"
            return


@cache
def messages() -> dict[str, list[jsonschema_rs.Draft202012Validator]]:
    """Return the validators of each message type of the socket, one for each version."""
    document = json.loads((FOLDER / "asyncapi.json").read_text())
    schemas = [
        document["components"]["messages"][name]["payload"]["schema"]
        for name in document["channels"]["socket"]["messages"]
        if name.startswith("message_")
    ]
    found: dict[str, list[jsonschema_rs.Draft202012Validator]] = {}
    for schema in schemas:
        versions = found.setdefault(schema["properties"]["type"]["const"], [])
        versions.append(jsonschema_rs.Draft202012Validator(schema))
    return found


def check_message(message: Json) -> None:
    """Fail if a message does not match the AsyncAPI document."""
    assert message["type"] in messages(), f"no document names a message {message['type']!r}"
    assert any(version.is_valid(message) for version in messages()[message["type"]]), message


def _fault(documented: Documented, answer: httpx.Response) -> str | None:
    content = documented.content(answer.status_code)
    if content is None:
        return f"no document names {answer.status_code}"
    if not content and not answer.content:
        return None  # the gateway gives an empty answer a media type too
    media_type = answer.headers.get("Content-Type", "").partition(";")[0]
    if media_type not in content:
        return f"no document names {media_type!r} for {answer.status_code}"
    if not media_type.endswith("json"):
        return None
    schema = content[media_type]["schema"] | {"components": documented.components}
    errors = [error.message for error in jsonschema_rs.iter_errors(schema, answer.json())]
    return f"it is not as documented: {errors}" if errors else None
