"""The commands that `dev deploy` runs against AWS, without AWS."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from deploy import aws
from deploy.sam.process import SamProcess, SamRun
from deploy.samconfig import SamConfig
from devkit.failure import Failure
from devkit.progress import Progress
from rich.console import Console
from stacks.catalogue import Stack

SAMCONFIG = """
version = 0.1
[default.global.parameters]
region = "eu-central-1"
[dev.deploy.parameters]
stack_name = "tot-dev-{0}"
parameter_overrides = "LogRetentionDays=14 Architecture=x86_64"
"""
PARAMETERS = {
    "Environment": {},
    "SiteOrigin": {},
    "LogRetentionDays": {},
    "Architecture": {"Default": "arm64"},
}


class RecordedSam:
    """Replaces the SAM CLI and records its command lines."""

    def __init__(self) -> None:
        self.lines: list[list[str]] = []
        self.architectures: set[str] = set()

    def run(self, arguments: Sequence[str], cwd: Path, environment: dict[str, str], log: Path) -> SamRun:
        self.lines.append(list(arguments))
        self.architectures.add(environment["ARCHITECTURE"])
        return SamRun(0, 0.1, log)

    def overrides(self) -> list[str]:
        """Return the parameter values of each deploy in turn."""
        return [line[line.index("--parameter-overrides") + 1] for line in self.lines if line[0] == "deploy"]


def _stack(folder: Path, service: str, **parameters: Any) -> Stack:
    (folder / service).mkdir()
    (folder / service / "samconfig.toml").write_text(SAMCONFIG.format(service))
    return Stack(service, folder / service, {"Parameters": parameters})


@pytest.fixture
def stacks(tmp_path: Path) -> list[Stack]:
    without_origin = {name: value for name, value in PARAMETERS.items() if name != "SiteOrigin"}
    return [
        _stack(tmp_path, "platform", **PARAMETERS),
        _stack(tmp_path, "vote-service", **without_origin),
        _stack(tmp_path, "frontend", **PARAMETERS),
    ]


@pytest.fixture
def deploy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Deploy with a recording SAM CLI; `site_urls` are the successive outputs of the frontend's stack."""
    monkeypatch.setenv("DEV_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(aws, "check_credentials", lambda: None)

    def run(stacks: list[Stack], site_origin: str | None, *site_urls: str | None) -> RecordedSam:
        outputs = iter(site_urls)
        monkeypatch.setattr(aws.AwsDeployment, "_site_url", lambda *_: next(outputs))
        sam = RecordedSam()
        aws.AwsDeployment("dev", cast("SamProcess", sam), Progress(Console(quiet=True))).run(
            stacks, site_origin
        )
        return sam

    return run


def test_a_service_is_built_and_deployed_with_its_samconfig_section(deploy: Any, stacks: list[Stack]) -> None:
    sam = deploy([stacks[1]], "https://vote.example.com")
    build, line = sam.lines
    assert build[:3] == ["build", "--template-file", str(stacks[1].folder / "template.yaml")]
    assert line[line.index("--config-env") + 1] == "dev"
    assert line[line.index("--config-file") + 1] == str(stacks[1].folder / "samconfig.toml")
    assert "--no-fail-on-empty-changeset" in line
    assert not {"--guided", "--endpoint-url"} & set(line)


def test_deploy_passes_all_parameters_of_the_section(deploy: Any, stacks: list[Stack]) -> None:
    sam = deploy([stacks[0]], "https://vote.example.com")
    assert sam.overrides() == [
        "Environment=dev SiteOrigin=https://vote.example.com LogRetentionDays=14 Architecture=x86_64"
    ]


def test_wheels_match_the_architecture_of_the_function(deploy: Any, stacks: list[Stack]) -> None:
    assert deploy([stacks[0]], "https://vote.example.com").architectures == {"x86_64"}


def test_a_new_distributions_address_is_deployed_in_a_second_round(deploy: Any, stacks: list[Stack]) -> None:
    sam = deploy(stacks, None, None, "https://d1.cloudfront.net")
    given = sam.overrides()
    assert ["SiteOrigin=https://d1.cloudfront.net" in line for line in given] == [
        False,
        False,
        False,
        True,
        True,
    ]
    assert aws.UNKNOWN_ORIGIN in given[0]


def test_an_existing_distribution_needs_one_round(deploy: Any, stacks: list[Stack]) -> None:
    sam = deploy(stacks, None, "https://d1.cloudfront.net")
    assert len(sam.overrides()) == len(stacks)


def test_a_failed_build_stops_the_deployment_with_its_log(
    deploy: Any, stacks: list[Stack], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(
        self: RecordedSam, arguments: Sequence[str], cwd: Path, environment: dict[str, str], log: Path
    ) -> SamRun:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text("make: no rule")
        return SamRun(1, 0.1, log)

    monkeypatch.setattr(RecordedSam, "run", fail)
    with pytest.raises(Failure, match="`sam build` of platform failed") as failure:
        deploy(stacks, "https://vote.example.com")
    assert "make: no rule" in failure.value.advice


def test_an_unknown_environment_is_rejected_with_the_known_ones(stacks: list[Stack]) -> None:
    with pytest.raises(Failure, match="has no environment prod") as failure:
        SamConfig.read(stacks[0].folder, "prod")
    assert "dev" in failure.value.advice


def test_a_service_without_samconfig_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="has no samconfig"):
        SamConfig.read(tmp_path, "dev")


def test_missing_credentials_are_reported_with_advice(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(Failure, match="No valid AWS credentials") as failure:
        aws.check_credentials()
    assert "aws sso login" in failure.value.advice
