"""Origin protection: public functions require the origin secret, which only the distribution adds.

The APIs' own addresses are publicly reachable, on AWS as in the emulator, so the secret is the only
protection against requests that bypass the distribution.
"""

from collections.abc import Iterator
from typing import Final

from stacks.catalogue import FUNCTION, Stack, functions_by_reference
from stacks.reference import allowed, name_of, target
from stacks.template import Json

from template_lint.findings import Fault
from template_lint.rules.gateway import ROUTE, called_in, integration_of

ORIGIN_SECRET: Final = "ORIGIN_SECRET_ARN"  # noqa: S105 (a variable's name)


def public_function_requires_origin_secret(stack: Stack) -> Iterator[Fault]:
    """Each function of an HTTP route, and each WebSocket authorizer, has the secret's ARN and may read it.

    `tests/contract/test_edge.py` tests that the handlers reject requests without the secret.
    """
    for name in sorted(public_functions(stack)):
        function = stack.properties(FUNCTION)[name]
        secret = function.get("Environment", {}).get("Variables", {}).get(ORIGIN_SECRET)
        if secret is None:
            yield name, f"is public and has no variable {ORIGIN_SECRET}"
            continue
        role = stack.properties("AWS::IAM::Role").get(target(function.get("Role")) or "", {})
        readable = {name_of(resource) for resource in allowed(role, "secretsmanager:GetSecretValue")}
        if name_of(secret) not in readable:
            yield name, f"may not read the secret in {ORIGIN_SECRET}"


def websocket_stage_requires_throttling(stack: Stack) -> Iterator[Fault]:
    """Require rate limits for connections and messages, and forbid data traces."""
    apis = stack.properties("AWS::ApiGatewayV2::Api")
    for name, stage in stack.properties("AWS::ApiGatewayV2::Stage").items():
        if apis.get(target(stage.get("ApiId")) or "", {}).get("ProtocolType") != "WEBSOCKET":
            continue
        settings = stage.get("DefaultRouteSettings", {})
        if not {"ThrottlingRateLimit", "ThrottlingBurstLimit"} <= settings.keys():
            yield name, "has no rate limit for its routes"
        if settings.get("DataTraceEnabled"):
            yield name, "logs WebSocket messages"


def public_functions(stack: Stack) -> set[str]:
    """Return the functions that validate public requests: those of HTTP routes, and WebSocket authorizers."""
    functions = functions_by_reference(stack)
    routes = [route for route in stack.properties(ROUTE).values() if is_http(route)]
    integrations = [integration for route in routes if (integration := integration_of(stack, route))]
    uris = [integration.get("IntegrationUri") for integration in integrations] + [
        authorizer.get("AuthorizerUri")
        for authorizer in stack.properties("AWS::ApiGatewayV2::Authorizer").values()
        if authorizer.get("AuthorizerType") == "REQUEST"
    ]
    return {functions[called] for uri in uris if (called := called_in(uri)) in functions}


def is_http(route: Json) -> bool:
    """Return whether a route is an HTTP API's: `METHOD /path`; a WebSocket's is one word."""
    return " /" in route["RouteKey"]


RULES = (public_function_requires_origin_secret, websocket_stage_requires_throttling)
