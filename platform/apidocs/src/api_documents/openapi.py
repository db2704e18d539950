"""The OpenAPI document of one service: its routes, their requests, and all possible responses."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from itertools import chain
from typing import Any, Final

from chassis.members import PRESENTER_COOKIE
from chassis.operation import PRESENTER, WITHOUT_BODY, Body
from contracts.problem import MEDIA_TYPE, Problem, ProblemType
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from api_documents.parameters import names_in, path_parameter, query_parameters
from api_documents.routes import ServedRoute

type Json = dict[str, Any]
type References = Mapping[Any, Json]
"""References to the schema of a model, per direction (validation or serialization)."""

ABOUT: Final = """\
Generated from templates, handlers and contracts by `./dev openapi`; manual changes are overwritten.

All routes have one base URL, the site's, over HTTPS. Every error response of a function is a problem
(RFC 9457); its `type` is one of those listed for its status. Components in front of the functions have their
own error format: the gateway returns `{"message": …}` (404 for a route that does not exist, 401 and 403 for a
token, 429 for too many requests, 500 and 503 if a function failed or timed out), the distribution and its
firewall a page (403, 502, 503, 504). For these only the status is defined."""

_GATEWAY: Final = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
_WORTH_WAITING: Final = {HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
_AUTHORIZER: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_GATEWAY_MESSAGE: Final[Json] = {
    "title": "GatewayMessage",
    "description": "Error response of the gateway itself.",
    "type": "object",
    "properties": {"message": {"type": ["string", "null"]}},
    "required": ["message"],
}
_RETRY_AFTER: Final[Json] = {
    "description": "Seconds to wait before a retry.",
    "schema": {"type": "integer", "minimum": 0},
}
_OF_OUR_PAGE: Final[Json] = {
    "name": "Sec-Fetch-Site",
    "in": "header",
    "description": "Set by browsers, not settable by pages; without it, `Origin` must be the site's.",
    "schema": {"const": "same-origin"},
}
_IDEMPOTENCY_KEY: Final[Json] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "Generated at random by the client for one submission. A repeated request with the same "
    "key returns the resource that the first one created; a different request with the key is invalid.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{22,64}$"},
}
_PRESENTER: Final[Json] = {
    "type": "apiKey",
    "in": "cookie",
    "name": PRESENTER_COOKIE,
    "description": "Issued by POST /admin/api/presenter-session. Each operation names the permission that it "
    "requires of the member.",
}
_ORGANISER: Final[Json] = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "Access token of the sign-in page (authorization code with PKCE), scope polls/admin. "
    "Each operation names the permission that it requires; a role is a set of permissions.",
}


def openapi(service: str, about: str, version: str, routes: list[ServedRoute]) -> Json:
    """Return the document of a service."""
    references, schemas = _schemas(routes)
    paths: Json = defaultdict(dict)
    responses: Json = {}
    for served in routes:
        document = _operation(served, references)
        paths[served.route.path][served.route.method.lower()] = document
        document["responses"] = _answers(served, references) | _refusals(served, responses)
    return {
        "openapi": "3.1.0",
        "info": {"title": service, "summary": about, "description": ABOUT, "version": version},
        "servers": [{"url": "/"}],
        "paths": dict(paths),
        "components": {
            "schemas": dict(sorted(schemas.items())) | {"GatewayMessage": _GATEWAY_MESSAGE},
            "responses": dict(sorted(responses.items())),
            "headers": {"RetryAfter": _RETRY_AFTER},
            "securitySchemes": _security_schemes(routes),
        },
    }


def _operation(served: ServedRoute, references: References) -> Json:
    declared, route = served.operation, served.route
    parameters = [path_parameter(name) for name in names_in(route.path)]
    document: Json = {
        "operationId": served.name, "summary": served.summary, "description": served.description,
    }  # fmt: skip
    if declared.request_model and route.method in WITHOUT_BODY:
        parameters += query_parameters(declared.request_model)
    elif declared.request_model:
        body = {"application/json": {"schema": references[declared.request_model, "validation"]}}
        document["requestBody"] = {"required": declared.required, "content": body}
    elif declared.takes_image:
        document["requestBody"] = {"required": True, "content": {"image/*": {"schema": {}}}}
    if served.pages_only:
        parameters.append(_OF_OUR_PAGE)
    if declared.creates:
        parameters.append(_IDEMPOTENCY_KEY)
    if parameters:
        document["parameters"] = parameters
    if route.organisers_only:
        document["security"] = [{"organiser": [declared.permission]}]
    elif route.path.startswith(PRESENTER):
        document["security"] = [{PRESENTER_COOKIE: [declared.permission]}]
    elif declared.cookie:
        document["security"] = [{declared.cookie: []}]
    return document


def _answers(served: ServedRoute, references: References) -> Json:
    return {
        str(status.value): {"description": status.phrase} | _content(bodies, references)
        for status, bodies in served.operation.answers.items()
    }


def _refusals(served: ServedRoute, responses: Json) -> Json:
    """Return references to the route's error responses, and add them to `responses` by name."""
    kinds: dict[HTTPStatus, list[ProblemType]] = defaultdict(list)
    method, path = served.route.registered
    for kind in ProblemType:
        if kind in served.operation.problems(method, path, pages_only=served.pages_only):
            kinds[kind.status].append(kind)
    bare = {*_GATEWAY, *(_AUTHORIZER if served.route.organisers_only else ())}
    references = {}
    for status in sorted(kinds.keys() | bare):
        named = [kind.slug for kind in kinds[status]] + (["gateway"] if status in bare else [])
        pages = [body for body in served.operation.answers.get(status, ()) if isinstance(body, str)]
        name = ".".join([str(status.value), *(["page"] if pages else []), *named])
        refusal = _refusal(status, kinds[status], from_gateway=status in bare)
        refusal["content"] |= _content(pages, {}).get("content", {})
        responses[name] = refusal
        references[str(status.value)] = {"$ref": f"#/components/responses/{name}"}
    return references


def _refusal(status: HTTPStatus, kinds: list[ProblemType], *, from_gateway: bool) -> Json:
    content: Json = {}
    if kinds:
        content[MEDIA_TYPE] = {"schema": _problem(kinds)}
    if from_gateway:
        content["application/json"] = {"schema": {"$ref": "#/components/schemas/GatewayMessage"}}
    if status is HTTPStatus.FORBIDDEN:
        content["text/html"] = {"schema": {"type": "string"}}
    refusal = {"description": "; ".join(f"{kind.slug}: {kind.title}" for kind in kinds) or status.phrase}
    waiting = {"headers": {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}}
    return refusal | (waiting if status in _WORTH_WAITING else {}) | {"content": content}


def _problem(kinds: list[ProblemType]) -> Json:
    """Return the schema of a problem of one of these types, which share a status."""
    ours = {"type": {"enum": [kind.uri for kind in kinds]}, "status": {"const": kinds[0].status.value}}
    return {"allOf": [{"$ref": "#/components/schemas/Problem"}, {"properties": ours}]}


def _content(bodies: Iterable[Body], references: References) -> Json:
    texts: Json = {
        body: {"schema": {"type": "string"} if body.startswith("text/") else {}}
        for body in bodies
        if isinstance(body, str)
    }
    schemas = [references[body, "serialization"] for body in bodies if isinstance(body, type)]
    if schemas:
        texts["application/json"] = {"schema": schemas[0] if len(schemas) == 1 else {"oneOf": schemas}}
    return {"content": texts} if texts else {}


def _schemas(routes: list[ServedRoute]) -> tuple[References, Json]:
    """Return a reference for each body in each direction, and the referenced schemas."""
    bodies: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Problem, "serialization"): None}
    for served in routes:
        if served.operation.request_model and served.route.method not in WITHOUT_BODY:
            bodies[served.operation.request_model, "validation"] = None
        answers = chain.from_iterable(served.operation.answers.values())
        bodies |= {(body, "serialization"): None for body in answers if isinstance(body, type)}
    references, definitions = models_json_schema(list(bodies), ref_template="#/components/schemas/{model}")
    return references, definitions["$defs"]


def _security_schemes(routes: list[ServedRoute]) -> Json:
    cookies = {served.operation.cookie for served in routes} - {None}
    schemes: Json = {
        str(name): {
            "type": "apiKey",
            "in": "cookie",
            "name": name,
            "description": "Issued by POST /voter-token.",
        }
        for name in sorted(map(str, cookies))
    }
    if any(served.route.path.startswith(PRESENTER) for served in routes):
        schemes[PRESENTER_COOKIE] = _PRESENTER
    if any(served.route.organisers_only for served in routes):
        schemes["organiser"] = _ORGANISER
    return schemes
