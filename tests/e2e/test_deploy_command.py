"""`dev deploy` and `dev destroy` through the real SAM CLI, with the emulator as the AWS account."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from laptop.aws import client

from .live_stack import DEV, WITH_UV, Running


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
            [str(DEV), *arguments, "--region", "us-east-1"],
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_stack_is_created_and_destroyed_and_its_name_is_free_again(running: Running, command: Any) -> None:
    deploy = ("deploy", "edge", "--env", "staging")
    _succeed(command(*deploy, "--yes"))
    (plan,) = json.loads(_succeed(command(*deploy, "--json")))
    assert (plan["action"], plan["before"], plan["changes"]) == ("unchanged", {}, [])
    _succeed(command("destroy", "--env", "staging", "--everything", "--confirm", "staging"))
    assert _status(running) is None
    _succeed(command(*deploy, "--yes"))
    assert _status(running) == "CREATE_COMPLETE"


def _succeed(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _status(running: Running) -> str | None:
    stacks = client(running.instance, "cloudformation").describe_stacks()["Stacks"]
    return next((one["StackStatus"] for one in stacks if one["StackName"] == "tot-staging-edge"), None)
