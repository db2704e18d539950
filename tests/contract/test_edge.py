"""Every HTTP route of every stack is shut to whoever comes around the distribution, and writes nothing.

The authorizer of sockets has its own, `test_authorize_connection.py`.
"""

from typing import Any, Final

import boto3
from contracts.exports import Service
from samtranslator.yaml_helper import yaml_parse
from template_lint.rules.edge import public_functions
from template_lint.rules.functions import slug_of
from template_lint.stack import ROOT
from testkit.templates import Resolver, stacks
from testkit.world import World

POLL: Final = "0" * 26
ROUTES: Final = Resolver().routes
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
    answering = {slug_of(name) for stack in stacks() for name in public_functions(stack)}
    assert {route.slug for route in ROUTES} == answering - {"authorize_connection"}


def test_no_route_answers_without_the_origin_secret(world: World) -> None:
    answered = []
    before = in_the_tables()
    for route in ROUTES:
        path = route.path.replace("{poll_id}", POLL).replace("{proxy+}", "polls/active")
        for name, headers in FORGED.items():
            request = f"{route.method} {path}"
            status, problem, answer = world.http(
                route.slug, request, {}, headers=headers, organiser="organiser-1"
            )
            # An answer to HEAD has no body.
            kind = "/problems/origin-not-verified" if route.method != "HEAD" else None
            refused = (status, problem.get("type")) == (403, kind)
            if not refused or answer.get("cookies"):
                answered.append((request, name, answer))
    assert answered == []
    assert in_the_tables() == before


def test_a_route_answers_with_the_origin_secret(world: World) -> None:
    """The same request, from the edge: it is the secret alone that the test above leaves out."""
    assert world.http("get_active_poll", "GET /polls/active")[0] == 200


def test_the_firewall_lets_through_whom_the_limit_of_voter_tokens_lets_vote() -> None:
    """Its limits lie above ours: it stops floods, and the page learns from us when to come back."""
    firewall = yaml_parse((ROOT / "platform" / "edge" / "template.yaml").read_text())["Parameters"]
    [voting] = [stack for stack in stacks() if stack.service is Service.VOTE]
    voter_tokens = voting.source["Parameters"]["NewVotersPerNetwork"]["Default"]
    assert firewall["NewVotersPerAddress"]["Default"] > voter_tokens
    assert firewall["VotesPerAddress"]["Default"] > voter_tokens
