"""API Gateway: invoke permissions, authorization of admin routes and WebSockets, logs, throttling, order."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from contracts.stack_exports import Export
from stacks.catalogue import FUNCTION, Stack, functions_by_reference
from stacks.reference import as_list, name_of, references_in, target, text_of
from stacks.template import Json

from template_lint.asl import closure
from template_lint.findings import Fault

ROUTE: Final = "AWS::ApiGatewayV2::Route"
ADMIN_API: Final = frozenset({Export.ADMIN_API_ID.output, "AdminApi"})
ADMIN_AUTHORIZER: Final = frozenset({Export.ADMIN_AUTHORIZER_ID.output, "AdminAuthorizer"})
SCOPE: Final = "polls/admin"
# Browsers send preflights without a token; the admin API's answer grants nothing.
_OPEN_ON_ADMIN_API: Final = "OPTIONS /{proxy+}"
PRESENTER: Final = " /admin/api/presenter/"


def route_requires_invoke_permission(stack: Stack) -> Iterator[Fault]:
    """Require a permission for API Gateway for exactly this API and route; the emulator does not check it."""
    functions = functions_by_reference(stack)
    for name, route in stack.properties(ROUTE).items():
        integration = integration_of(stack, route)
        if integration is None:
            yield name, "has no integration in this template"
            continue
        called = called_in(integration.get("IntegrationUri"))
        if functions.get(called) is None:
            yield name, f"calls {called}, which is not a function of this template"
        elif not any(_permits(permission, called, route) for permission in _permissions(stack)):
            yield name, f"has no permission, limited to this route of this API, to call {called}"


def permission_requires_route(stack: Stack) -> Iterator[Fault]:
    """Require a route or an authorizer of this template for each permission of API Gateway."""
    routes = list(stack.properties(ROUTE).values())
    for name, permission in stack.properties("AWS::Lambda::Permission").items():
        source = text_of(permission.get("SourceArn", ""))
        if permission.get("Principal") != "apigateway.amazonaws.com":
            continue
        if "/authorizers/" in source:
            continue
        if not any(_covers(source, route) for route in routes):
            yield name, f"permits a source that is not a route of this template: {source}"


def admin_route_requires_scope(stack: Stack) -> Iterator[Fault]:
    """Require JWT, our authorizer and our scope for every admin route except the preflight.

    A route for the presenter session has no token: its function must read the members table (ADR 53).
    """
    functions = stack.properties(FUNCTION)
    for name, route in stack.properties(ROUTE).items():
        if name_of(route["ApiId"]) not in ADMIN_API or route["RouteKey"] == _OPEN_ON_ADMIN_API:
            continue
        if PRESENTER in route["RouteKey"]:
            function = functions.get(function_of(stack, route) or "", {})
            if "MEMBERS_TABLE" not in function.get("Environment", {}).get("Variables", {}):
                yield name, "accepts a presenter session, and its function does not read members"
            continue
        if (
            route.get("AuthorizationType") != "JWT"
            or name_of(route.get("AuthorizerId")) not in ADMIN_AUTHORIZER
        ):
            yield name, "does not require a token"
        if route.get("AuthorizationScopes") != [SCOPE]:
            yield name, f"does not require the scope {SCOPE}"


def websocket_connect_requires_authorizer(stack: Stack) -> Iterator[Fault]:
    """Require an authorizer of this template for `$connect` of a WebSocket API."""
    for name, route in stack.properties(ROUTE).items():
        if route["RouteKey"] == "$connect" and (
            route.get("AuthorizationType") != "CUSTOM"
            or target(route.get("AuthorizerId")) not in stack.resources("AWS::ApiGatewayV2::Authorizer")
        ):
            yield name, "has no authorizer"


def authorizer_requires_invoke_permission(stack: Stack) -> Iterator[Fault]:
    """Require a permission for exactly this API to call its authorizer function."""
    for name, authorizer in stack.properties("AWS::ApiGatewayV2::Authorizer").items():
        if authorizer.get("AuthorizerType") != "REQUEST":
            continue
        called = called_in(authorizer.get("AuthorizerUri"))
        pattern = rf".*:{_api(authorizer)}/authorizers/[^/]+"
        if not any(
            target(permission.get("FunctionName")) == called
            and re.fullmatch(pattern, text_of(permission.get("SourceArn", "")))
            for permission in _permissions(stack)
        ):
            yield name, f"has no permission for its API to call {called}"


def http_stage_requires_access_log_and_throttling(stack: Stack) -> Iterator[Fault]:
    """Require an access log (`privacy` limits its fields), and a rate limit for all routes."""
    apis = stack.properties("AWS::ApiGatewayV2::Api")
    for name, stage in stack.properties("AWS::ApiGatewayV2::Stage").items():
        if apis.get(target(stage.get("ApiId")) or "", {}).get("ProtocolType") != "HTTP":
            continue
        log = stage.get("AccessLogSettings", {})
        if target(log.get("DestinationArn")) not in stack.resources("AWS::Logs::LogGroup"):
            yield name, "has no access log in a group of this template"
        if (
            not {"ThrottlingRateLimit", "ThrottlingBurstLimit"}
            <= stage.get("DefaultRouteSettings", {}).keys()
        ):
            yield name, "has no rate limit for its routes"


def api_parts_require_sequential_creation(stack: Stack) -> Iterator[Fault]:
    """Require that no two parts of an API can be created at once: API Gateway rejects concurrent changes.

    Parts are routes, integrations, stages and authorizers. Those that the SAM transform creates are exempt.
    """
    resources = stack.plain["Resources"]
    needs = {
        name: references_in(body.get("Properties")) | set(as_list(body.get("DependsOn", [])))
        for name, body in resources.items()
    }
    apis: dict[str, list[str]] = {}
    for name in stack.source["Resources"].keys() & resources.keys():
        api = resources[name].get("Properties", {}).get("ApiId")
        if resources[name]["Type"].startswith("AWS::ApiGatewayV2::") and api is not None:
            apis.setdefault(name_of(api), []).append(name)
    for names in apis.values():
        earlier = {name: closure(needs[name], needs) & set(names) for name in names}
        ordered = sorted(names, key=lambda name: (len(earlier[name]), name))
        for before, name in pairwise(ordered):
            if before not in earlier[name]:
                yield name, f"can be created at the same time as {before}: add DependsOn"


def function_of(stack: Stack, route: Json) -> str | None:
    """Return the logical id of the function that a route calls, if this template has it."""
    integration = integration_of(stack, route) or {}
    return functions_by_reference(stack).get(called_in(integration.get("IntegrationUri")))


def integration_of(stack: Stack, route: Json) -> Json | None:
    """Return a route's integration, if this template has it."""
    names = stack.properties("AWS::ApiGatewayV2::Integration")
    target_text = text_of(route.get("Target", "")).removeprefix("integrations/")
    return names.get(target_text.removeprefix("${").removesuffix("}"))


def called_in(uri: Any) -> str:  # noqa: ANN401 (a template's value has any shape)
    """Return the logical id of the called function or alias, from a reference or an invocation URI."""
    named = target(uri)
    if named is not None:
        return named
    inner = text_of(uri).rpartition("/functions/")[2].partition("/invocations")[0]
    return inner.removeprefix("${").removesuffix("}").removesuffix(".Arn")


def _permissions(stack: Stack) -> list[Json]:
    return [
        permission
        for permission in stack.properties("AWS::Lambda::Permission").values()
        if permission.get("Principal") == "apigateway.amazonaws.com"
    ]


def _permits(permission: Json, called: str, route: Json) -> bool:
    return target(permission.get("FunctionName")) == called and _covers(
        text_of(permission.get("SourceArn", "")), route
    )


def _covers(source: str, route: Json) -> bool:
    """Return whether an ARN matches this route of this API, on any stage; `*` may be a path parameter."""
    where = re.escape(route["RouteKey"].replace(" ", ""))
    where = re.sub(r"\\{.+?\\}", lambda found: rf"({found.group(0)}|\*)", where)
    return re.fullmatch(rf".*:{_api(route)}/[^/]+/{where}", source) is not None


def _api(body: Json) -> str:
    """Return a pattern for the API in an ARN; some templates use its id as an attribute."""
    return r"\$\{" + re.escape(name_of(body["ApiId"])) + r"(\.ApiId)?\}"


RULES = (
    route_requires_invoke_permission,
    permission_requires_route,
    admin_route_requires_scope,
    websocket_connect_requires_authorizer,
    authorizer_requires_invoke_permission,
    http_stage_requires_access_log_and_throttling,
    api_parts_require_sequential_creation,
)
