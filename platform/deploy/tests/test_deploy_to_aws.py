"""`dev deploy` in memory: commands, parameters, origins, and runs after an interruption."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from deploy.environment import UNKNOWN_ORIGIN, Environment
from deploy.sam.process import SamRun
from deploy.samconfig import SamConfig
from devkit.failure import Failure
from releases.version import version
from stacks.catalogue import Stack

from .conftest import (
    DISTRIBUTION,
    REGION,
    STACKS,
    InterruptedRun,
    SamInMemory,
    named,
    origins,
    put_stack,
    run,
)

SAMCONFIG = """
version = 0.1
[default.global.parameters]
region = "eu-central-1"
[dev.deploy.parameters]
stack_name = "tot-dev-vote-service"
parameter_overrides = "LogRetentionDays=14 Architecture=x86_64"
"""
ORDER = [stack.name for stack in STACKS]
CHECKING_ORIGINS = [stack.name for stack in STACKS if stack.declared({"SiteOrigin": ""})]


@pytest.fixture
def configured(tmp_path: Path, dev: Environment) -> Environment:
    """The environment with other settings of vote-service."""
    stack = named("vote-service")
    folder = tmp_path / "vote-service"
    folder.mkdir()
    (folder / "samconfig.toml").write_text(SAMCONFIG)
    other = Stack(stack.name, folder, stack.source, stack.needs)
    return replace(dev, stacks=[other if one is stack else one for one in STACKS])


def test_service_is_built_and_deployed_with_its_samconfig_section(sam: SamInMemory, dev: Environment) -> None:
    run(sam, dev, "vote-service")
    build, line = sam.lines
    folder = named("vote-service").folder
    assert build[:3] == ["build", "--template-file", str(folder / "template.yaml")]
    assert line[line.index("--config-env") + 1] == "dev"
    assert line[line.index("--config-file") + 1] == str(folder / "samconfig.toml")
    assert "--no-fail-on-empty-changeset" in line
    assert not {"--guided", "--endpoint-url"} & set(line)


def test_deploy_passes_all_parameters_of_the_section(sam: SamInMemory, configured: Environment) -> None:
    run(sam, configured, "vote-service")
    assert sam.overrides == [
        {
            "Environment": "dev",
            "Release": version(),
            "SiteOrigin": UNKNOWN_ORIGIN,
            "LogRetentionDays": "14",
            "Architecture": "x86_64",
        }
    ]


def test_parameter_of_the_command_reaches_every_stack_that_declares_it(
    sam: SamInMemory, dev: Environment
) -> None:
    run(sam, replace(dev, named={"Tracing": "Active", "VotingConcurrency": "20"}))
    given = dict(zip(sam.deployed(), sam.overrides, strict=True))
    assert {stack for stack, values in given.items() if values.get("Tracing") == "Active"} == {
        stack.name for stack in STACKS if "AWS::Serverless::Function" in str(stack.source)
    }
    assert [stack for stack, values in given.items() if "VotingConcurrency" in values] == ["vote-service"]


def test_wheels_match_the_architecture_of_the_function(sam: SamInMemory, configured: Environment) -> None:
    run(sam, configured, "vote-service")
    assert {one["ARCHITECTURE"] for one in sam.environments} == {"x86_64"}


def test_sam_and_sdk_use_one_region_and_the_edge_its_own(sam: SamInMemory, dev: Environment) -> None:
    run(sam, dev, "edge", "platform")
    regions = [
        {line[line.index("--region") + 1], variables["AWS_REGION"], variables["AWS_DEFAULT_REGION"]}
        for line, variables in zip(sam.lines, sam.environments, strict=True)
        if line[0] == "deploy"
    ]
    assert regions == [{"us-east-1"}, {REGION}]


def test_first_deployment_gives_every_stack_the_distributions_address(
    sam: SamInMemory, dev: Environment
) -> None:
    run(sam, dev)
    assert sam.deployed() == ORDER + CHECKING_ORIGINS
    assert origins(dev) == dict.fromkeys(CHECKING_ORIGINS, DISTRIBUTION)


def test_existing_distribution_needs_one_round(sam: SamInMemory, dev: Environment) -> None:
    run(sam, dev)
    sam.lines.clear()
    run(sam, dev)
    assert sam.deployed() == ORDER


@pytest.mark.parametrize("stops_at", ORDER)
def test_deployment_that_was_interrupted_is_completed_by_the_next(
    sam: SamInMemory, dev: Environment, stops_at: str
) -> None:
    sam.stops_at = stops_at
    with pytest.raises(InterruptedRun):
        run(sam, dev)
    sam.stops_at = None
    run(sam, dev)
    assert origins(dev) == dict.fromkeys(CHECKING_ORIGINS, DISTRIBUTION)


@pytest.mark.parametrize("stops_at", CHECKING_ORIGINS)
def test_interrupted_second_round_is_completed_by_the_next(
    sam: SamInMemory, dev: Environment, stops_at: str
) -> None:
    run(sam, dev)
    for name in CHECKING_ORIGINS[CHECKING_ORIGINS.index(stops_at) :]:
        put_stack(name, "dev", {"Environment": "dev", "SiteOrigin": UNKNOWN_ORIGIN})
    run(sam, dev)
    assert origins(dev) == dict.fromkeys(CHECKING_ORIGINS, DISTRIBUTION)


def test_front_end_that_completes_an_interrupted_run_reports_stacks_with_the_placeholder(
    sam: SamInMemory, dev: Environment
) -> None:
    sam.stops_at = "frontend"
    with pytest.raises(InterruptedRun):
        run(sam, dev)
    sam.stops_at = None
    with pytest.raises(Failure, match="4 of its stacks have another SiteOrigin") as failure:
        run(sam, dev, "frontend")
    assert origins(dev)["frontend"] == DISTRIBUTION
    for name in set(CHECKING_ORIGINS) - {"frontend"}:
        assert f"./dev deploy {name} --env dev" in failure.value.advice


def test_existing_stack_keeps_its_origin_without_a_front_end(sam: SamInMemory, dev: Environment) -> None:
    put_stack("vote-service", "dev", {"Environment": "dev", "SiteOrigin": "https://vote.example.com"})
    run(sam, dev, "vote-service")
    assert origins(dev) == {"vote-service": "https://vote.example.com"}


def test_failed_build_stops_the_deployment_with_its_log(
    sam: SamInMemory, dev: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(
        self: SamInMemory, arguments: Sequence[str], cwd: Path, environment: dict[str, str], log: Path
    ) -> SamRun:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("make: no rule")
        return SamRun(1, 0.1, log)

    monkeypatch.setattr(SamInMemory, "run", fail)
    with pytest.raises(Failure, match="`sam build` of platform failed") as failure:
        run(sam, dev, "platform")
    assert "make: no rule" in failure.value.advice


def test_unknown_environment_is_rejected_with_the_known_ones(configured: Environment) -> None:
    (stack,) = (stack for stack in configured.stacks if stack.name == "vote-service")
    with pytest.raises(Failure, match="has no environment prod") as failure:
        SamConfig.read(stack.folder, "prod")
    assert "dev" in failure.value.advice


def test_service_without_samconfig_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="has no samconfig"):
        SamConfig.read(tmp_path, "dev")
