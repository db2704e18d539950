"""`dev deploy`, `dev destroy` and `dev rotate` with the emulator as the AWS account.

One stack goes through the real command and SAM CLI. All stacks go through the same code without a build:
change sets of the templates that the SAM CLI packaged for the laptop's own stacks replace it.
"""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import Any, Final, cast

import pytest
from botocore.exceptions import WaiterError
from deploy.account import Account
from deploy.aws import AwsDeployment
from deploy.destroy import Destruction
from deploy.environment import UNKNOWN_ORIGIN, Environment, all_stacks, choose
from deploy.preflight import preflight
from deploy.rotation import OriginRotation
from deploy.sam.process import SamProcess, SamRun
from devkit.checkout import ROOT
from devkit.failure import Failure
from devkit.progress import Progress
from laptop.aws import client, root_environment
from laptop.deployment import ARTIFACTS_BUCKET
from laptop.instance import ENVIRONMENT, REGION
from rich.console import Console
from stacks.catalogue import Stack

from ..live_stack import DEV, WITH_UV, Running, wait_until

NAME: Final = "staging"
ON_EMULATOR: Final = {"SingleStreamShard": "emulator-shard"}
"""Without this parameter results-service has alarms of a kind that the emulator cannot create."""

NOT_CREATED: Final = "REVIEW_IN_PROGRESS"
NO_CHANGES: Final = "didn't contain changes"


@pytest.fixture
def command(running: Running, tmp_path: Path) -> Any:
    """Run `./dev` with the emulator as the account."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    variables |= {
        "DEV_STATE": str(tmp_path),
        "PATH": WITH_UV,
        "AWS_ENDPOINT_URL": f"http://localhost:{running.instance.emulator_port}",
        "AWS_SHARED_CREDENTIALS_FILE": str(running.instance.state / "aws-credentials"),
        "AWS_PROFILE": "this-or-that",
        "SAM_CLI_POLL_DELAY": "1",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(DEV), *arguments, "--region", REGION],
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_stack_is_created_and_destroyed_and_its_name_is_free_again(running: Running, command: Any) -> None:
    deploy = ("deploy", "edge", "--env", NAME)
    _succeed(command(*deploy, "--yes"))
    assert _statuses(running) == {"edge": "CREATE_COMPLETE"}
    (plan,) = json.loads(_succeed(command(*deploy, "--json")))
    assert (plan["action"], plan["before"], plan["changes"]) == ("unchanged", {}, [])
    _succeed(command("destroy", "--env", NAME, "--everything", "--confirm", NAME))
    assert _statuses(running) == {}


def _succeed(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _statuses(running: Running) -> dict[str, str]:
    """Return the status of each stack of the environment."""
    stacks = client(running.instance, "cloudformation").describe_stacks()["Stacks"]
    prefix = f"tot-{NAME}-"
    return {
        one["StackName"].removeprefix(prefix): one["StackStatus"]
        for one in stacks
        if one["StackName"].startswith(prefix)
    }


class Killed(Exception):
    """The command was killed."""


@dataclass
class PackagedSam:
    """Replaces the SAM CLI by change sets of the templates that it packaged for the laptop.

    `kills` decides by stack and parameters at which deployment the command is killed: after the execution of
    its change set began, so that CloudFormation continues alone, or before.
    """

    running: Running
    kills: Callable[[str, dict[str, str]], bool] = lambda _name, _parameters: False
    executes_first: bool = True

    def run(self, arguments: Sequence[str], _cwd: Path, _environment: dict[str, str], log: Path) -> SamRun:
        """Deploy a stack, or build nothing."""
        line = list(arguments)
        if line[0] == "deploy":
            values = dict(one.split("=", 1) for one in line[line.index("--parameter-overrides") + 1].split())
            self._deploy(Path(line[line.index("--template-file") + 1]).parent.name, values)
        return SamRun(0, 0, log)

    def _deploy(self, name: str, parameters: dict[str, str]) -> None:
        cloudformation = client(self.running.instance, "cloudformation")
        stack, change_set = f"tot-{NAME}-{name}", f"samcli-deploy{token_hex(4)}"
        cloudformation.create_change_set(
            StackName=stack,
            ChangeSetName=change_set,
            ChangeSetType="CREATE"
            if _statuses(self.running).get(name, NOT_CREATED) == NOT_CREATED
            else "UPDATE",
            TemplateURL=self._template(name),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        try:
            cloudformation.get_waiter("change_set_create_complete").wait(
                StackName=stack, ChangeSetName=change_set, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
            )
        except WaiterError:
            found = cloudformation.describe_change_set(StackName=stack, ChangeSetName=change_set)
            assert NO_CHANGES in found["StatusReason"], found
            cloudformation.delete_change_set(StackName=stack, ChangeSetName=change_set)
            return
        killed = self.kills(name, parameters)
        if killed and not self.executes_first:
            raise Killed
        cloudformation.execute_change_set(StackName=stack, ChangeSetName=change_set)
        if killed:
            raise Killed
        _settle(self.running)
        assert _statuses(self.running)[name] in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, name

    def _template(self, name: str) -> str:
        """Store the packaged template where CloudFormation reads it, as the SAM CLI does."""
        if name == "edge":
            text = (ROOT / "platform/edge/template.yaml").read_text()
        else:
            cloudformation = client(self.running.instance, "cloudformation")
            found = cloudformation.get_template(
                StackName=f"tot-{ENVIRONMENT}-{name}", TemplateStage="Original"
            )
            body = found["TemplateBody"]
            text = body if isinstance(body, str) else json.dumps(body)
        key = f"tot-{NAME}-{name}.template"
        client(self.running.instance, "s3").put_object(Bucket=ARTIFACTS_BUCKET, Key=key, Body=text.encode())
        return f"{self.running.instance.endpoint}/{ARTIFACTS_BUCKET}/{key}"


def _settle(running: Running) -> None:
    """Wait, as the preflight advises, until no stack of the environment is being changed."""

    def settled() -> bool | None:
        statuses = set(_statuses(running).values()) - {NOT_CREATED}
        return None if any(status.endswith("_IN_PROGRESS") for status in statuses) else True

    wait_until(settled, "CloudFormation")


@pytest.fixture
def environment(running: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Environment]:
    """Return an environment of the emulator's account; nothing of it is left behind."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in root_environment(running.instance).items():
        monkeypatch.setenv(name, value)
    found = Environment(NAME, Account.read(REGION), all_stacks(ROOT), named=ON_EMULATOR)
    yield found
    _settle(running)
    _destroy(found)


def _destroy(environment: Environment) -> None:
    destruction = Destruction(environment, Progress(Console(quiet=True)), poll_seconds=1)
    destruction.run(destruction.inventory(), everything=True)
    assert destruction.inventory().is_empty


def _deployment(environment: Environment, sam: PackagedSam) -> AwsDeployment:
    return AwsDeployment(environment, cast("SamProcess", sam), Progress(Console(quiet=True)))


def _deploy_all(environment: Environment, sam: PackagedSam) -> None:
    preflight(environment, environment.stacks)
    _deployment(environment, sam).run(environment.stacks)


def _check(running: Running, environment: Environment) -> None:
    """Check that each stack is complete and has the site's address, and that the pages are published."""
    statuses = _statuses(running)
    assert set(statuses) == {stack.name for stack in environment.stacks}
    assert set(statuses.values()) <= {"CREATE_COMPLETE", "UPDATE_COMPLETE"}, statuses
    url = environment.site_url()
    assert url not in {None, UNKNOWN_ORIGIN}
    assert environment.differing(str(url)) == []
    frontend = environment.live("frontend")
    assert frontend is not None
    page = client(running.instance, "s3").get_object(Bucket=frontend.outputs["BucketName"], Key="config.json")
    assert json.loads(page["Body"].read())["environment"] == NAME


def test_interrupted_deployment_is_completed_and_deleted_and_created_again(
    running: Running, environment: Environment
) -> None:
    for number, stack in enumerate(environment.stacks):
        sam = PackagedSam(running, _is(stack), executes_first=number % 2 == 0)
        with pytest.raises(Killed):
            _deploy_all(environment, sam)
        _settle(running)
    # The front end has an address now; the next run is killed while it gives it to the other stacks.
    with pytest.raises(Killed):
        _deploy_all(environment, PackagedSam(running, _gives_vote_service_the_address))
    _settle(running)
    _deploy_all(environment, PackagedSam(running))
    _check(running, environment)

    _rotate(running, environment)

    _destroy(environment)
    assert _statuses(running) == {}
    _deploy_all(environment, PackagedSam(running))
    _check(running, environment)


def _is(stack: Stack) -> Callable[[str, dict[str, str]], bool]:
    return lambda name, _parameters: name == stack.name


def _gives_vote_service_the_address(name: str, parameters: dict[str, str]) -> bool:
    return name == "vote-service" and parameters["SiteOrigin"] != UNKNOWN_ORIGIN


def _rotate(running: Running, environment: Environment) -> None:
    """Rotate the origin secret: CloudFormation keeps the old value until the front end is deployed."""
    deployment = _deployment(environment, PackagedSam(running))
    frontend = choose(environment.stacks, "frontend")

    def values() -> dict[str, str]:
        secrets = client(running.instance, "secretsmanager")
        found: dict[str, str] = json.loads(
            secrets.get_secret_value(SecretId=f"tot-{NAME}-origin")["SecretString"]
        )
        return found

    def rotate(deploy: Callable[[], None]) -> None:
        rotation = OriginRotation.of(environment, deploy, deployment.progress)
        replace(rotation, pause=lambda _: None).run()

    before = values()["current"]
    with pytest.raises(Failure, match="does not send the new value"):
        rotate(lambda: None)
    assert values()["previous"] == before
    rotate(lambda: deployment.run(frontend))
    assert values()["current"] != before
    assert values()["previous"] == ""
