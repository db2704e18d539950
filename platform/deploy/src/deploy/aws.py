"""Deploys services to an AWS account: the same two SAM commands, with the settings of samconfig.toml."""

import os
from dataclasses import dataclass
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError
from devkit.checkout import ROOT, state_directory
from devkit.failure import Failure
from devkit.progress import Progress
from stacks.catalogue import Stack
from stacks.inputs import release

from deploy.sam import command_lines
from deploy.sam.process import SamProcess, SamRun
from deploy.samconfig import SamConfig

# Placeholder until the distribution exists and has an address. The name never resolves.
UNKNOWN_ORIGIN: Final = "https://not-deployed-yet.invalid"


@dataclass(frozen=True)
class Target:
    """One stack of one environment and the parameters it is deployed with."""

    stack: Stack
    config: SamConfig
    environment: str
    site_origin: str

    @property
    def parameters(self) -> dict[str, str]:
        """All parameter values, samconfig's first: on its command line SAM takes all of them or none."""
        known = self.stack.declared({"Environment": self.environment, "SiteOrigin": self.site_origin})
        return known | self.config.parameters

    @property
    def architecture(self) -> str:
        """The architecture of the wheels; the template's default if samconfig names none."""
        default = self.stack.source.get("Parameters", {}).get("Architecture", {}).get("Default", "arm64")
        return self.parameters.get("Architecture", str(default))


@dataclass(frozen=True)
class AwsDeployment:
    """One round of deployments to one environment."""

    environment: str
    sam: SamProcess
    progress: Progress

    def run(self, stacks: list[Stack], site_origin: str | None) -> None:
        """Deploy the stacks in the order given.

        Without a `site_origin` the distribution's own address is used. If this run creates the distribution,
        the stacks that check origins are deployed a second time, with its address.

        Raises:
            Failure: no credentials, or SAM failed; with the end of its log.
        """
        check_credentials()
        origin = site_origin or self._site_url(stacks) or UNKNOWN_ORIGIN
        for stack in stacks:
            self._deploy(stack, origin)
        if origin == UNKNOWN_ORIGIN and (deployed := self._site_url(stacks)):
            for stack in stacks:
                if stack.declared({"SiteOrigin": deployed}):
                    self._deploy(stack, deployed)

    def _deploy(self, stack: Stack, origin: str) -> None:
        target = Target(stack, SamConfig.read(stack.folder, self.environment), self.environment, origin)
        build_dir = state_directory() / "aws" / self.environment / stack.name
        with self.progress.doing(stack.name) as step:
            step.note = "building"
            template = stack.template
            self._sam(target, command_lines.build(template, build_dir, target.parameters), "build")
            step.note = "deploying"
            line = command_lines.deploy_aws(
                build_dir, target.config.path, self.environment, target.parameters
            )
            self._sam(target, line, "deploy")
            step.note = target.config.stack_name

    def _sam(self, target: Target, line: list[str], what: str) -> SamRun:
        log = state_directory() / "aws" / self.environment / f"{target.stack.name}.{what}.log"
        environment = os.environ | {
            "ARCHITECTURE": target.architecture,
            "RELEASE": release(target.parameters),
        }
        run = self.sam.run(line, target.stack.folder, dict(environment), log)
        if run.exit_code != 0:
            raise Failure(f"`sam {what}` of {target.stack.name} failed.", f"{run.tail()}\n\nFull log: {log}")
        return run

    def _site_url(self, stacks: list[Stack]) -> str | None:
        folder = next(
            (stack.folder for stack in stacks if stack.name == "frontend"), ROOT / "services/frontend"
        )
        config = SamConfig.read(folder, self.environment)
        import boto3  # noqa: PLC0415 (slow to import)

        cloudformation = boto3.client("cloudformation", region_name=config.region)
        try:
            found = cloudformation.describe_stacks(StackName=config.stack_name)["Stacks"][0]
        except ClientError:
            return None
        return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}.get(
            "SiteUrl"
        )


def check_credentials() -> None:
    """Raise a `Failure` with advice unless the AWS credentials are valid."""
    import boto3  # noqa: PLC0415

    try:
        boto3.client("sts", region_name=os.environ.get("AWS_REGION", "us-east-1")).get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise Failure(
            "No valid AWS credentials.",
            f"{error}\nSign in first (aws sso login, or AWS_PROFILE=…), then try again.",
        ) from error
