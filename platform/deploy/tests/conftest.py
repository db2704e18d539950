"""An AWS account in memory, and a SAM CLI that creates the stacks there."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

import pytest
from deploy.account import Account
from deploy.aws import AwsDeployment
from deploy.environment import Environment, all_stacks
from deploy.live_stack import LiveStack
from deploy.plan import StackPlan
from deploy.sam.process import SamProcess, SamRun
from devkit.checkout import ROOT
from devkit.progress import Progress
from releases.version import version
from rich.console import Console
from stacks.catalogue import Stack
from testkit.aws import emulated_aws

REGION: Final = "eu-central-1"
NUMBER = "123456789012"
DISTRIBUTION = "https://d111111abcdef8.cloudfront.net"
STACKS = all_stacks(ROOT)
CLOUD: dict[str, LiveStack] = {}
"""The stacks of the account, by their names."""


class InterruptedRun(Exception):
    """The command was killed."""


@dataclass
class SamInMemory:
    """Replaces the SAM CLI: `deploy` creates or updates a stack with its parameters and outputs.

    `stops_at` kills the command at the deployment of this stack; `plan_log` is the output of a plan.
    """

    lines: list[list[str]] = field(default_factory=list)
    environments: list[dict[str, str]] = field(default_factory=list)
    overrides: list[dict[str, str]] = field(default_factory=list)
    stops_at: str | None = None
    plan_log: Path = Path(os.devnull)

    def run(self, arguments: Sequence[str], cwd: Path, environment: dict[str, str], log: Path) -> SamRun:
        """Record the command; a deployment changes the account."""
        line = list(arguments)
        self.lines.append(line)
        self.environments.append(environment)
        if line[0] == "deploy":
            values = dict(
                pair.split("=", 1) for pair in line[line.index("--parameter-overrides") + 1].split()
            )
            self.overrides.append(values)
            if "--no-execute-changeset" in line:
                return SamRun(0, 0.1, self.plan_log)
            if cwd.name == self.stops_at:
                raise InterruptedRun
            put_stack(
                cwd.name, line[line.index("--config-env") + 1], values, line[line.index("--region") + 1]
            )
        return SamRun(0, 0.1, log)

    def deployed(self) -> list[str]:
        """Return the stacks in the order of their deployments."""
        return [
            Path(line[line.index("--config-file") + 1]).parent.name
            for line in self.lines
            if line[0] == "deploy" and "--no-execute-changeset" not in line
        ]


def put_stack(
    name: str, environment: str, parameters: dict[str, str], status: str = "CREATE_COMPLETE"
) -> None:
    """Create or update a stack with these parameters."""
    stack = named(name)
    defaults = {
        key: str(body["Default"]) for key, body in stack.source["Parameters"].items() if "Default" in body
    }
    stack_name = f"tot-{environment}-{name}"
    CLOUD[stack_name] = LiveStack(
        stack_name, status, defaults | {"Release": version()} | parameters, _outputs(name, parameters)
    )


def _outputs(name: str, parameters: dict[str, str]) -> dict[str, str]:
    domain = parameters.get("DomainName")
    if name == "frontend":
        own = domain and parameters.get("CertificateArn")
        return {
            "SiteUrl": f"https://{domain}" if own else DISTRIBUTION,
            "DistributionDomain": DISTRIBUTION[8:],
        }
    if name == "edge":
        certificate = (
            {"CertificateArn": f"arn:aws:acm:us-east-1:{NUMBER}:certificate/{domain}"} if domain else {}
        )
        return {"WebAclArn": f"arn:aws:wafv2:us-east-1:{NUMBER}:global/webacl/dev/1"} | certificate
    return {}


@pytest.fixture(autouse=True)
def account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Account:
    """Begin with an account without stacks."""
    CLOUD.clear()
    monkeypatch.setenv("DEV_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(
        Environment, "read", lambda environment, stack: CLOUD.get(environment.config(stack).stack_name)
    )
    return Account(NUMBER, f"arn:aws:iam::{NUMBER}:role/deploy", REGION)


@pytest.fixture
def aws(tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """Emulate the other services of the account."""
    with emulated_aws() as variables:
        variables.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
        variables.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
        yield variables


@pytest.fixture
def sam() -> SamInMemory:
    """The SAM CLI of the test."""
    return SamInMemory()


@pytest.fixture
def dev(account: Account) -> Environment:
    """The environment dev of this checkout."""
    return Environment("dev", account, STACKS)


def run(sam: SamInMemory, environment: Environment, *names: str) -> None:
    """Deploy the named stacks, or all."""
    chosen = [stack for stack in environment.stacks if not names or stack.name in names]
    AwsDeployment(environment, cast("SamProcess", sam), Progress(Console(quiet=True))).run(chosen)


def plan_of(sam: SamInMemory, environment: Environment, *names: str) -> list[StackPlan]:
    """Return the plan for the named stacks, or all."""
    chosen = [stack for stack in environment.stacks if not names or stack.name in names]
    return AwsDeployment(environment, cast("SamProcess", sam), Progress(Console(quiet=True))).plan(chosen)


def origins(environment: Environment) -> dict[str, str]:
    """Return the SiteOrigin of every stack that has one."""
    found = {stack.name: CLOUD.get(f"tot-{environment.name}-{stack.name}") for stack in environment.stacks}
    return {
        name: one.parameters["SiteOrigin"]
        for name, one in found.items()
        if one and "SiteOrigin" in one.parameters
    }


def named(name: str) -> Stack:
    """Return a stack of this checkout."""
    (stack,) = (stack for stack in STACKS if stack.name == name)
    return stack
