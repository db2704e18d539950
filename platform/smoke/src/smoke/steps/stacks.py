"""Step 1: the stacks, the site's address in each, the origin secret, stream mappings and routes."""

import json
from typing import Any, Final

from contracts.stack_exports import Service
from devkit.failure import Failure

from smoke.environment import Environment
from smoke.evidence import Evidence, as_text

COMPLETE: Final = {"CREATE_COMPLETE", "UPDATE_COMPLETE"}
READING: Final = {"Enabled", "Enabling", "Updating", "Creating"}


def stacks(evidence: Evidence) -> str:
    """Check that all stacks are complete and fit together."""
    environment = evidence.environment
    _complete(environment)
    _site_origins(environment)
    _origin_secret(environment)
    mappings, routes = _stream_mappings(environment), _routes(environment)
    releases = sorted({stack.outputs.get("Release", "unknown") for stack in environment.stacks.values()})
    parts = f"{len(environment.stacks)} stacks of release {', '.join(releases)}"
    return f"{parts}, {mappings} mappings, {routes} routes at {environment.site}"


def _complete(environment: Environment) -> None:
    for service in (one.value for one in Service):
        stack = environment.stacks.get(service)
        if stack is None or stack.status not in COMPLETE:
            raise Failure(
                f"The stack tot-{environment.name}-{service} is {stack.status if stack else 'missing'}.",
                environment.deploy_command(service)
                if stack is None or stack.is_ready
                else stack.remedy(environment.region),
            )


def _site_origins(environment: Environment) -> None:
    for service, stack in environment.stacks.items():
        origin = stack.parameters.get("SiteOrigin", environment.site)
        if origin != environment.site:
            raise Failure(
                f"{service} has SiteOrigin {origin}, but the site is {environment.site}: "
                "it rejects requests of the site's own pages.",
                environment.deploy_command(service),
            )


def _origin_secret(environment: Environment) -> None:
    current = origin_secret(environment)["current"]
    for name, origin in environment.origins.items():
        if origin["secret"] != current:
            raise Failure(
                f"The distribution sends the origin {name} another secret than `current` of OriginSecret: "
                "functions reject its requests with 403 as soon as `previous` is empty.",
                f"{environment.deploy_command('frontend')}; after an interrupted rotation: "
                f"./dev rotate --env {environment.name}",
            )


def origin_secret(environment: Environment) -> dict[str, str]:
    """Return the values of the origin secret, `current` and `previous`."""
    arn = environment.outputs(Service.PLATFORM)["OriginSecretArn"]
    stored = environment.client("secretsmanager").get_secret_value(SecretId=arn)
    secret: dict[str, str] = json.loads(stored["SecretString"])
    return secret


def _stream_mappings(environment: Environment) -> int:
    functions = environment.client("lambda")
    mappings = environment.resources("AWS::Lambda::EventSourceMapping")
    for name, uuid in mappings.items():
        service = name.partition(".")[0]
        try:
            state = functions.get_event_source_mapping(UUID=uuid)["State"]
        except functions.exceptions.ResourceNotFoundException:
            state = "missing"
        if state not in READING:
            raise Failure(
                f"The stream mapping {name} is {state}: its function receives no records.",
                f"aws lambda update-event-source-mapping --uuid {uuid} --enabled "
                f"--region {environment.region}; if it is missing, "
                "see the runbook, Rebuilding counters, before it is created again: "
                f"{environment.deploy_command(service)}",
            )
    return len(mappings)


def _routes(environment: Environment) -> int:
    gateway = environment.client("apigatewayv2")
    outputs = environment.outputs(Service.PLATFORM) | environment.outputs(Service.REALTIME)
    found: set[str] = set()
    for api in ("PublicApiId", "AdminApiId", "WebSocketApiId"):
        pages: Any = gateway.get_paginator("get_routes").paginate(ApiId=outputs[api])
        found |= {route["RouteId"] for page in pages for route in page["Items"]}
    routes = environment.resources("AWS::ApiGatewayV2::Route")
    # The emulator writes `api/route` as the id, AWS the route's own.
    missing = [name for name, route in routes.items() if route.rpartition("/")[2] not in found]
    if missing:
        service = missing[0].partition(".")[0]
        raise Failure(
            f"Routes are missing in API Gateway: {as_text(missing)}.", environment.deploy_command(service)
        )
    return len(routes)
