"""Nobody gets around the distribution: what answers the world asks for the secret that only the edge adds.

The emulator's APIs answer whoever finds their address, as AWS's do, so this is the only door there is.
"""

from collections.abc import Iterator
from typing import Final

from template_lint.findings import Fault
from template_lint.reference import allowed, functions_by_reference, name_of, target
from template_lint.rules.functions import FUNCTION
from template_lint.rules.gateway import ROUTE, called_in, integration_of
from template_lint.stack import Json, Stack

ORIGIN_SECRET: Final = "ORIGIN_SECRET_ARN"  # noqa: S105 (a variable's name)


def what_answers_the_world_asks_for_the_origin_secret(stack: Stack) -> Iterator[Fault]:
    """Each function behind an HTTP route, and each authorizer of sockets, is told the secret and may read it.

    That it then refuses without it is a test of the handlers: `tests/contract/test_edge.py`.
    """
    for name in sorted(answering_functions(stack)):
        function = stack.properties(FUNCTION)[name]
        secret = function.get("Environment", {}).get("Variables", {}).get(ORIGIN_SECRET)
        if secret is None:
            yield name, f"answers the world and is not told {ORIGIN_SECRET}"
            continue
        role = stack.properties("AWS::IAM::Role").get(target(function.get("Role")) or "", {})
        readable = {name_of(resource) for resource in allowed(role, "secretsmanager:GetSecretValue")}
        if name_of(secret) not in readable:
            yield name, f"may not read what {ORIGIN_SECRET} names"


def each_socket_stage_is_throttled(stack: Stack) -> Iterator[Fault]:
    """A limit on new connections and messages, and no trace of what they say."""
    apis = stack.properties("AWS::ApiGatewayV2::Api")
    for name, stage in stack.properties("AWS::ApiGatewayV2::Stage").items():
        if apis.get(target(stage.get("ApiId")) or "", {}).get("ProtocolType") != "WEBSOCKET":
            continue
        settings = stage.get("DefaultRouteSettings", {})
        if not {"ThrottlingRateLimit", "ThrottlingBurstLimit"} <= settings.keys():
            yield name, "has no limit for its routes"
        if settings.get("DataTraceEnabled"):
            yield name, "logs what sockets say"


def answering_functions(stack: Stack) -> set[str]:
    """Return the functions that judge a request from outside: HTTP routes', and sockets' authorizers."""
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
    """Tell whether a route is an HTTP API's: `METHOD /path`, where a WebSocket's is one word."""
    return " /" in route["RouteKey"]


RULES = (what_answers_the_world_asks_for_the_origin_secret, each_socket_stage_is_throttled)
