"""Every HTTP route of every stack is shut to whoever comes around the distribution, and writes nothing.

The authorizer of sockets has its own, `test_authorize_connection.py`.
"""

from collections.abc import Iterator
from typing import Any, Final

import boto3
import pytest
from contracts.exports import Service
from samtranslator.yaml_helper import yaml_parse
from template_lint.reference import functions_by_reference
from template_lint.rules.edge import answering_functions, is_http
from template_lint.rules.functions import slug_of
from template_lint.rules.gateway import ROUTE, called_in, integration_of
from template_lint.stack import ROOT, load_stacks

from .world import World

STACKS: Final = load_stacks()
POLL: Final = "0" * 26


def http_routes() -> Iterator[tuple[str, str]]:
    """Yield each HTTP route of all templates with the function behind it."""
    for stack in STACKS:
        functions = functions_by_reference(stack)
        for route in stack.properties(ROUTE).values():
            integration = integration_of(stack, route)
            if is_http(route) and integration is not None:
                yield slug_of(functions[called_in(integration["IntegrationUri"])]), route["RouteKey"]


ROUTES: Final = sorted(http_routes())
FORGED: Final[dict[str, Any]] = {
    "nothing": {"x-origin-verify": ""},
    "a guess": {"x-origin-verify": "guess"},
    "the empty previous value": {"x-origin-verify": ", "},
    "an address of one's own": {"x-origin-verify": "", "cloudfront-viewer-address": "192.0.2.7:1"},
}


def in_the_tables() -> int:
    dynamodb = boto3.client("dynamodb")
    return sum(dynamodb.scan(TableName=name)["Count"] for name in dynamodb.list_tables()["TableNames"])


def test_no_function_that_answers_the_world_is_left_out() -> None:
    answering = {slug_of(name) for stack in STACKS for name in answering_functions(stack)}
    assert {slug for slug, _ in ROUTES} == answering - {"authorize_connection"}


@pytest.mark.parametrize(("slug", "route"), ROUTES, ids=[f"{slug}: {route}" for slug, route in ROUTES])
def test_no_route_answers_without_the_origin_secret(world: World, slug: str, route: str) -> None:
    request = route.replace("{poll_id}", POLL).replace("{proxy+}", "polls/active")
    before = in_the_tables()
    for headers in FORGED.values():
        status, problem, answer = world.http(slug, request, {}, headers=headers, organiser="organiser-1")
        assert (status, problem["type"]) == (403, "/problems/origin-not-verified"), answer
        assert "cookies" not in answer or not answer["cookies"]
    assert in_the_tables() == before


def test_the_firewall_lets_through_whom_the_limit_of_ballots_lets_vote() -> None:
    """Its limits lie above ours: it stops floods, and the page learns from us when to come back."""
    firewall = yaml_parse((ROOT / "platform" / "edge" / "template.yaml").read_text())["Parameters"]
    [voting] = [stack for stack in STACKS if stack.service is Service.VOTE]
    ballots = voting.source["Parameters"]["BallotsPerNetwork"]["Default"]
    assert firewall["BallotsPerAddress"]["Default"] > ballots
    assert firewall["VotesPerAddress"]["Default"] > ballots
