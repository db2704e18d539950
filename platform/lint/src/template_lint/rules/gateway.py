"""Each route reaches its function, nothing else may call that, and organisers' routes ask for a token."""

import re
from collections.abc import Iterator
from typing import Any, Final

from contracts.exports import Export

from template_lint.findings import Fault
from template_lint.reference import as_list, functions_by_reference, name_of, target, text_of
from template_lint.stack import Json, Stack

ROUTE: Final = "AWS::ApiGatewayV2::Route"
ADMIN_API: Final = frozenset({Export.ADMIN_API_ID.output, "AdminApi"})
ADMIN_AUTHORIZER: Final = frozenset({Export.ADMIN_AUTHORIZER_ID.output, "AdminAuthorizer"})
SCOPE: Final = "polls/admin"
# The route that a browser asks before it has a token, and what answers it grants nothing.
_OPEN_ON_ADMIN_API: Final = "OPTIONS /{proxy+}"


def each_route_may_call_its_function(stack: Stack) -> Iterator[Fault]:
    """A permission for API Gateway, for that API and that route alone: the emulator does not check it."""
    functions = functions_by_reference(stack)
    for name, route in stack.properties(ROUTE).items():
        integration = integration_of(stack, route)
        if integration is None:
            yield name, "has no integration in this template"
            continue
        called = called_in(integration.get("IntegrationUri"))
        if functions.get(called) is None:
            yield name, f"calls {called}, which is no function of this template"
        elif not any(_permits(permission, called, route) for permission in _permissions(stack)):
            yield name, f"no permission lets exactly this route of this API call {called}"


def each_permission_is_used(stack: Stack) -> Iterator[Fault]:
    """A permission for API Gateway belongs to a route, or an authorizer, of this template."""
    routes = list(stack.properties(ROUTE).values())
    for name, permission in stack.properties("AWS::Lambda::Permission").items():
        source = text_of(permission.get("SourceArn", ""))
        if permission.get("Principal") != "apigateway.amazonaws.com":
            continue
        if "/authorizers/" in source:
            continue
        if not any(_covers(source, route) for route in routes):
            yield name, f"lets something call that is no route of this template: {source}"


def each_admin_route_asks_for_the_scope(stack: Stack) -> Iterator[Fault]:
    """Every route of the admin API but the preflight: JWT, our authorizer, our scope."""
    for name, route in stack.properties(ROUTE).items():
        if name_of(route["ApiId"]) not in ADMIN_API or route["RouteKey"] == _OPEN_ON_ADMIN_API:
            continue
        if (
            route.get("AuthorizationType") != "JWT"
            or name_of(route.get("AuthorizerId")) not in ADMIN_AUTHORIZER
        ):
            yield name, "does not ask for a token"
        if route.get("AuthorizationScopes") != [SCOPE]:
            yield name, f"does not ask for the scope {SCOPE}"


def each_socket_is_let_in_by_an_authorizer(stack: Stack) -> Iterator[Fault]:
    """`$connect` of a WebSocket API has an authorizer of this template."""
    for name, route in stack.properties(ROUTE).items():
        if route["RouteKey"] == "$connect" and (
            route.get("AuthorizationType") != "CUSTOM"
            or target(route.get("AuthorizerId")) not in stack.resources("AWS::ApiGatewayV2::Authorizer")
        ):
            yield name, "lets anybody connect"


def each_authorizer_may_be_called(stack: Stack) -> Iterator[Fault]:
    """A permission lets this API, and no other, call the function that decides who comes in."""
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
            yield name, f"no permission lets this API call {called}"


def each_http_stage_is_logged_and_throttled(stack: Stack) -> Iterator[Fault]:
    """An access log (what it may say is in `privacy`), and a limit that holds for every route."""
    apis = stack.properties("AWS::ApiGatewayV2::Api")
    for name, stage in stack.properties("AWS::ApiGatewayV2::Stage").items():
        if apis.get(target(stage.get("ApiId")) or "", {}).get("ProtocolType") != "HTTP":
            continue
        log = stage.get("AccessLogSettings", {})
        if target(log.get("DestinationArn")) not in stack.resources("AWS::Logs::LogGroup"):
            yield name, "writes no access log to a group of this template"
        if (
            not {"ThrottlingRateLimit", "ThrottlingBurstLimit"}
            <= stage.get("DefaultRouteSettings", {}).keys()
        ):
            yield name, "has no limit for its routes"


def routes_of_one_api_are_made_one_after_another(stack: Stack) -> Iterator[Fault]:
    """API Gateway refuses concurrent changes of one API, so each route waits for the one before.

    Routes that the SAM transform makes are its own business.
    """
    apis: dict[str, list[str]] = {}
    for name, route in stack.properties(ROUTE).items():
        if name not in stack.source["Resources"]:
            continue
        apis.setdefault(name_of(route["ApiId"]), []).append(name)
    for names in apis.values():
        waiting = [
            name
            for name in names
            if set(as_list(stack.resources(ROUTE)[name].get("DependsOn", []))) & set(names)
        ]
        for name in [name for name in names if name not in waiting][1:]:
            yield name, "waits for no other route of its API"


def function_of(stack: Stack, route: Json) -> str | None:
    """Return the logical id of the function that a route calls, if it is one of this template."""
    integration = integration_of(stack, route) or {}
    return functions_by_reference(stack).get(called_in(integration.get("IntegrationUri")))


def integration_of(stack: Stack, route: Json) -> Json | None:
    """Return a route's integration, if it is in this template."""
    names = stack.properties("AWS::ApiGatewayV2::Integration")
    target_text = text_of(route.get("Target", "")).removeprefix("integrations/")
    return names.get(target_text.removeprefix("${").removesuffix("}"))


def called_in(uri: Any) -> str:  # noqa: ANN401 (a template's value has any shape)
    """Return the function, or alias, by logical id: given by reference or inside API Gateway's long URI."""
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
    """Tell whether an ARN is this route of this API, on any stage; `*` may stand for a path variable."""
    where = re.escape(route["RouteKey"].replace(" ", ""))
    where = re.sub(r"\\{.+?\\}", lambda found: rf"({found.group(0)}|\*)", where)
    return re.fullmatch(rf".*:{_api(route)}/[^/]+/{where}", source) is not None


def _api(body: Json) -> str:
    """Return a pattern for the API in an ARN: some spell its id as an attribute."""
    return r"\$\{" + re.escape(name_of(body["ApiId"])) + r"(\.ApiId)?\}"


RULES = (
    each_route_may_call_its_function,
    each_permission_is_used,
    each_admin_route_asks_for_the_scope,
    each_socket_is_let_in_by_an_authorizer,
    each_authorizer_may_be_called,
    each_http_stage_is_logged_and_throttled,
    routes_of_one_api_are_made_one_after_another,
)
