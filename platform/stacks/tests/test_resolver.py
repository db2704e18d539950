"""The resolver returns the values of a real deployment."""

import pytest
from stacks.catalogue import FUNCTION, load_stacks, slug_of
from stacks.resolver import Resolver


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver()


def test_the_environment_of_every_function_is_fully_resolved(resolver: Resolver) -> None:
    slugs = [slug_of(name) for stack in load_stacks() for name in stack.resources(FUNCTION)]
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
