"""Every HTTP route of every stack rejects requests that bypass the distribution, and writes nothing.

`test_authorize_connection.py` tests the authorizer of sockets.
"""

from typing import Any, Final

import boto3
import pytest
from contracts.stack_exports import Service
from devkit.checkout import ROOT
from stacks.catalogue import load_stacks, slug_of
from stacks.template import read_template
from template_lint.rules.edge import public_functions
from testkit.routes import http_routes
from testkit.world import World

POLL: Final = "0" * 26
ROUTES: Final = http_routes()
FORGED: Final[dict[str, Any]] = {
    "nothing": {"x-origin-verify": ""},
    "a guess": {"x-origin-verify": "guess"},
    "the empty previous value": {"x-origin-verify": ", "},
    "an address of one's own": {"x-origin-verify": "", "cloudfront-viewer-address": "192.0.2.7:1"},
}


def in_the_tables() -> int:
    dynamodb = boto3.client("dynamodb")
    return sum(dynamodb.scan(TableName=name)["Count"] for name in dynamodb.list_tables()["TableNames"])


@pytest.mark.covers("T9")
def test_every_public_function_is_tested_here() -> None:
    answering = {slug_of(name) for stack in load_stacks() for name in public_functions(stack)}
    assert {route.slug for route in ROUTES} == answering - {"authorize_connection"}


@pytest.mark.covers("T9")
def test_every_route_rejects_requests_without_the_origin_secret(world: World) -> None:
    answered = []
    before = in_the_tables()
    for route in ROUTES:
        path = route.path.replace("{poll_id}", POLL).replace("{proxy+}", "polls/active")
        for name, headers in FORGED.items():
            request = f"{route.method} {path}"
            status, problem, answer = world.http(
                route.slug, request, {}, headers=headers, organiser="organiser-1"
            )
            # A response to HEAD has no body.
            kind = "/problems/origin-not-verified" if route.method != "HEAD" else None
            refused = (status, problem.get("type")) == (403, kind)
            if not refused or answer.get("cookies"):
                answered.append((request, name, answer))
    assert answered == []
    assert in_the_tables() == before


def test_route_answers_with_the_origin_secret(world: World) -> None:
    """The same request with the secret succeeds, so the test above is rejected for the secret alone."""
    assert world.http("get_active_poll", "GET /polls/active")[0] == 200


@pytest.mark.covers("R24")
def test_firewall_limits_are_above_the_rate_limit_of_new_voters() -> None:
    """The firewall only stops floods; below its limits the application answers with a time to retry."""
    firewall = read_template(ROOT / "platform" / "edge" / "template.yaml")["Parameters"]
    [voting] = [stack for stack in load_stacks() if stack.service is Service.VOTE]
    voter_tokens = voting.source["Parameters"]["NewVotersPerNetwork"]["Default"]
    assert firewall["NewVotersPerAddress"]["Default"] > voter_tokens
    assert firewall["VotesPerAddress"]["Default"] > voter_tokens
