"""Builds and deploys changed stacks to the emulator, in the order of their imports."""

import os
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from botocore.exceptions import ClientError
from deploy.sam import command_lines
from deploy.sam.process import SamProcess, SamRun
from devkit.checkout import ROOT
from devkit.failure import Failure
from devkit.progress import Progress, Step
from releases.version import version
from stacks.catalogue import Stack, in_deploy_order
from stacks.inputs import build_id, fingerprint

from laptop import rate_limit
from laptop.aws import client, root_environment
from laptop.deployment_record import DeploymentRecord, existing_stacks
from laptop.instance import ENVIRONMENT, REGION, Instance, host_architecture

ARTIFACTS_BUCKET = f"tot-{ENVIRONMENT}-artifacts"
STUCK = "A half-deployed stack needs `./dev up --fresh`, which deletes polls and votes."


def parameters(instance: Instance, root: Path = ROOT) -> dict[str, str]:
    """Return the local parameter values; a template gets those that it declares."""
    return {
        "Environment": ENVIRONMENT,
        "Architecture": host_architecture(),
        "SiteOrigin": instance.site,
        "EmulatorPort": str(instance.emulator_port),
        "SingleStreamShard": "emulator-shard",
        "LogRetentionDays": "7",
        "Dashboards": "true",
        # A foreign origin that exists locally, to test the read access of an allowed origin.
        "AllowedOrigins": instance.allowed_origin,
        "TicketsPerNetwork": "1000000",  # load tests open all sockets from one address
        "Release": version(root),
        rate_limit.PARAMETER: str(rate_limit.allowed(instance)),
    }


@dataclass
class _Work:
    stack: Stack
    fingerprint: str
    step: Step
    built: Future[SamRun] = field(default_factory=Future)
    deployed: Future[None] = field(default_factory=Future)


@dataclass
class LocalDeployment:
    """One run that builds and deploys the stacks of the checkout in `root`."""

    instance: Instance
    sam: SamProcess
    progress: Progress
    root: Path = ROOT

    def run(self, only: str | None = None) -> int:
        """Deploy the changed stacks, or `only` one in any case, and return their number.

        Raises:
            Failure: the first stack that could not be built or deployed, with the end of SAM's log.
        """
        chosen = [stack for stack in in_deploy_order(self.root) if only in {None, stack.name}]
        return self.deploy(chosen, always=only is not None)

    def deploy(self, stacks: Iterable[Stack], *, always: bool = False) -> int:
        """Deploy the changed ones of the stacks, or `always` all; return their number. Raises like `run`."""
        record = DeploymentRecord.load(self.instance)
        existing = existing_stacks(self.instance)
        work: list[_Work] = []
        for stack in stacks:
            print_ = fingerprint(stack, self._parameters(stack), self.root)
            if not always and record.is_current(stack, print_, existing):
                self.progress.finish(self.progress.announce(stack.name, "unchanged"), "✓")
            else:
                work.append(_Work(stack, print_, self.progress.announce(stack.name, "waiting")))
        if work:
            self._make_bucket()
            self._run_all(work, record)
        return len(work)

    def _run_all(self, work: list[_Work], record: DeploymentRecord) -> None:
        # Submitting in deploy order prevents a deadlock: no task waits for one that has no thread yet.
        by_service = {one.stack.name: one for one in work}
        cores = max(2, (os.cpu_count() or 2) // 2)
        with ThreadPoolExecutor(cores) as builders, ThreadPoolExecutor(cores) as deployers:
            for one in work:
                one.built = builders.submit(self._build, one)
            for one in work:
                needs = [by_service[name].deployed for name in one.stack.needs if name in by_service]
                one.deployed = deployers.submit(self._deploy, one, needs, record)
        failures = [one.deployed.exception() for one in work if one.deployed.exception()]
        cause = next((failure for failure in failures if not isinstance(failure, _NotTried)), None)
        if cause is not None:
            raise cause

    def _build(self, one: _Work) -> SamRun:
        values = self._parameters(one.stack)
        one.step.note = "building"
        return self._sam(
            one,
            command_lines.build(one.stack.template, self._build_dir(one), values),
            "build",
        )

    def _deploy(self, one: _Work, needs: list[Future[None]], record: DeploymentRecord) -> None:
        for needed in needs:
            if needed.exception() is not None:
                one.step.note = "skipped: a stack it imports from failed"
                raise _NotTried(one.step.note)
        with self.progress.doing(one.stack.name, one.step) as step:
            built = one.built.result()
            self._succeed(one, built, "built")
            step.note = f"built in {built.seconds:.1f} s, deploying"
            name = one.stack.name_in(ENVIRONMENT)
            values = self._parameters(one.stack)
            line = command_lines.deploy_local(self._build_dir(one), name, ARTIFACTS_BUCKET, REGION, values)
            deployed = self._sam(one, line, "deploy")
            self._succeed(one, deployed, "deployed")
            record.remember(one.stack, one.fingerprint)
            step.note = f"built in {built.seconds:.1f} s, deployed in {deployed.seconds:.1f} s"

    def _sam(self, one: _Work, line: list[str], what: str) -> SamRun:
        log = self.instance.builds / f"{one.stack.name}.{what}.log"
        environment = root_environment(self.instance) | {
            "ARCHITECTURE": host_architecture(),
            "BUILD_ID": build_id(self._parameters(one.stack)),
            "SAM_CLI_POLL_DELAY": "0.1",
        }
        return self.sam.run(line, one.stack.folder, environment, log)

    def _parameters(self, stack: Stack) -> dict[str, str]:
        return stack.declared(parameters(self.instance, self.root))

    def _build_dir(self, one: _Work) -> Path:
        # A folder of its own: SAM writes build.toml beside the build, and stacks are built in parallel.
        return self.instance.builds / one.stack.name / "built"

    def _succeed(self, one: _Work, run: SamRun, what: str) -> None:
        if run.exit_code != 0:
            one.step.note = f"could not be {what}"
            raise Failure(
                f"{one.stack.name} could not be {what}.", f"{run.tail()}\n\nFull log: {run.log}\n{STUCK}"
            )

    def _make_bucket(self) -> None:
        try:
            client(self.instance, "s3").create_bucket(Bucket=ARTIFACTS_BUCKET)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                raise


class _NotTried(Exception):
    pass
