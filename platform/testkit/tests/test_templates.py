"""The resolver returns the values of a real deployment."""

import pytest
from template_lint.rules.functions import FUNCTION, slug_of
from testkit.templates import Resolver, Route, stacks


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver()


def test_the_environment_of_every_function_is_fully_resolved(resolver: Resolver) -> None:
    slugs = [slug_of(name) for stack in stacks() for name in stack.resources(FUNCTION)]
    texts = {f"{slug} {name}": text for slug in slugs for name, text in resolver.environment(slug).items()}
    assert [name for name, text in texts.items() if "${" in text or "Fn::" in text] == []
    assert len(slugs) > 30


def test_references_attributes_imports_and_conditions_are_resolved(resolver: Resolver) -> None:
    assert resolver.name("VotesLogTable") == "tot-test-votes-log"
    assert resolver.environment("get_results")["GAME_RESULTS_TABLE"] == "tot-test-game-results"
    assert resolver.environment("embed_poll")["POLLS_TABLE"] == "tot-test-polls"
    assert resolver.environment("ping")["CONNECTIONS_ENDPOINT"].startswith("https://")
    on_emulator = Resolver(parameters={"Environment": "test", "SiteOrigin": "s", "EmulatorPort": "4566"})
    assert on_emulator.environment("ping")["CONNECTIONS_ENDPOINT"].startswith("http://localhost:4566/")
    assert "OnDemandThroughput" not in resolver.resources("AWS::DynamoDB::Table")["VotesLogTable"]


def test_ids_that_aws_chooses_can_be_overridden(resolver: Resolver) -> None:
    given = Resolver(made={"OriginSecret": {"Ref": "arn:x", "Id": "arn:x"}})
    assert given.environment("get_results")["ORIGIN_SECRET_ARN"] == "arn:x"


def test_an_unknown_resource_is_an_error(resolver: Resolver) -> None:
    with pytest.raises(LookupError, match="NothingFunction"):
        resolver.environment("nothing")


@pytest.mark.parametrize(
    ("method", "path", "slug"),
    [
        ("GET", "/polls/active", "get_active_poll"),
        ("GET", "/polls/0123", "get_public_poll"),
        ("POST", "/admin/api/polls", "create_poll"),
        ("OPTIONS", "/admin/api/polls/x/open", "admin_preflight"),
        ("OPTIONS", "/vote", "public_preflight"),
        ("GET", "/admin/api/results/x/certificate", "get_admin_results"),
    ],
)
def test_the_most_specific_route_answers(resolver: Resolver, method: str, path: str, slug: str) -> None:
    assert next(route.slug for route in resolver.routes if route.matches(method, path)) == slug


def test_a_route_parameter_matches_one_path_segment() -> None:
    route = Route("GET", "/polls/{poll_id}", "get_public_poll", admin=False)
    assert route.matches("GET", "/polls/a")
    assert not route.matches("GET", "/polls/a/b")
    assert not route.matches("POST", "/polls/a")
    assert Route("OPTIONS", "/{proxy+}", "preflight", admin=False).matches("OPTIONS", "/a/b")
