"""Deploys services to an AWS account: the same two SAM commands, with the settings of samconfig.toml."""

import os
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from devkit.checkout import state_directory
from devkit.failure import Failure
from devkit.progress import Progress, Step
from stacks.catalogue import Stack
from stacks.inputs import build_id

from deploy.domain import showing_validation
from deploy.environment import Environment
from deploy.plan import StackPlan, plan_creation, plan_update, take_changes
from deploy.sam import command_lines
from deploy.sam.process import SamProcess, SamRun


@dataclass(frozen=True)
class AwsDeployment:
    """One round of deployments to one environment.

    Every decision is made from the stacks as they are, so a run after an interruption continues the work.
    """

    environment: Environment
    sam: SamProcess
    progress: Progress
    _built: dict[str, dict[str, str]] = field(default_factory=dict)
    """The parameters of the stacks that this command has built."""

    def plan(self, chosen: list[Stack]) -> list[StackPlan]:
        """Build the chosen stacks and return their changes, without a change to a stack that exists."""
        return [self._plan(stack, self.environment.parameters(stack)) for stack in chosen]

    def run(self, chosen: list[Stack]) -> None:
        """Deploy the chosen stacks in order, then compare every stack's SiteOrigin with the site's address.

        A chosen stack with another origin is deployed again: the first deployment of an environment creates
        the distribution last, and only then is its address known.

        Raises:
            Failure: SAM failed, with the end of its log; or a stack that was not chosen has another origin.
        """
        for stack in chosen:
            self.deploy(stack, self.environment.parameters(stack))
        if (url := self.environment.site_url()) is None:
            return
        for stack, _ in self.environment.differing(url):
            if stack in chosen:
                self.deploy(stack, self.environment.parameters(stack, url))
        if wrong := self.environment.differing(url):
            name = self.environment.name
            found = "\n".join(f"  {stack.name}: {origin}" for stack, origin in wrong)
            commands = "\n".join(f"  ./dev deploy {stack.name} --env {name}" for stack, _ in wrong)
            raise Failure(
                f"The site is at {url}, but {len(wrong)} of its stacks have another SiteOrigin.",
                f"{found}\nThey reject the site's requests. Remove SiteOrigin and DomainName from their "
                f"samconfig.toml if they are there, then deploy them again:\n{commands}",
            )

    def deploy(self, stack: Stack, parameters: dict[str, str]) -> None:
        """Build and deploy one stack."""
        with self.progress.doing(stack.name) as step:
            self._build(stack, parameters, step)
            step.note = "deploying"
            domain = parameters.get("DomainName") if stack.name == "edge" else ""
            with showing_validation(domain, self.progress) if domain else nullcontext():
                self._sam(stack, self._line(stack, parameters), parameters, "deploy")
            step.note = self.environment.config(stack).stack_name

    def _plan(self, stack: Stack, parameters: dict[str, str]) -> StackPlan:
        environment = self.environment
        region = environment.region_of(stack)
        with self.progress.doing(f"plan of {stack.name}") as step:
            self._build(stack, parameters, step)
            live = environment.read(stack)
            if live is None:
                return plan_creation(stack, environment.config(stack).stack_name, region, parameters)
            step.note = "comparing"
            line = [*self._line(stack, parameters), "--no-execute-changeset"]
            run = self._sam(stack, line, parameters, "plan")
            changes = take_changes(environment.cloudformation(stack), run.log)
            step.note = live.name
            return plan_update(stack, live, region, parameters, changes)

    def _build(self, stack: Stack, parameters: dict[str, str], step: Step) -> None:
        if self._built.get(stack.name) == parameters:
            return
        step.note = "building"
        line = command_lines.build(stack.template, self._build_dir(stack), parameters)
        self._sam(stack, line, parameters, "build")
        self._built[stack.name] = parameters

    def _line(self, stack: Stack, parameters: dict[str, str]) -> list[str]:
        environment = self.environment
        return command_lines.deploy_aws(
            self._build_dir(stack),
            environment.config(stack).path,
            environment.name,
            environment.region_of(stack),
            parameters,
        )

    def _build_dir(self, stack: Stack) -> Path:
        return state_directory() / "aws" / self.environment.name / stack.name

    def _sam(self, stack: Stack, line: list[str], parameters: dict[str, str], what: str) -> SamRun:
        region = self.environment.region_of(stack)
        log = state_directory() / "aws" / self.environment.name / f"{stack.name}.{what}.log"
        variables = {
            "ARCHITECTURE": architecture(stack, parameters),
            "BUILD_ID": build_id(parameters),
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
        }
        run = self.sam.run(line, stack.folder, dict(os.environ | variables), log)
        if run.exit_code != 0:
            raise Failure(f"`sam {line[0]}` of {stack.name} failed.", f"{run.tail()}\n\nFull log: {log}")
        return run


def architecture(stack: Stack, parameters: dict[str, str]) -> str:
    """Return the architecture of the wheels; the template's default if no parameter names one."""
    default = stack.source.get("Parameters", {}).get("Architecture", {}).get("Default", "arm64")
    return parameters.get("Architecture", str(default))
