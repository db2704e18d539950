"""The command line of `dev`."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from devkit.checkout import ROOT


def _dev(*arguments: str, state: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / ".venv/bin/dev", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"DEV_STATE": str(state)} | environment,
    )


def test_status_without_a_stack_is_json_and_exit_status_3(tmp_path: Path) -> None:
    done = _dev("status", "--json", state=tmp_path)
    assert (done.returncode, json.loads(done.stdout)) == (3, {"ready": False})


@pytest.mark.parametrize("command", [("logs",), ("logs", "vote-wrapper", "-f")])
def test_a_command_that_needs_the_stack_says_how_to_start_it(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    done = _dev(*command, state=tmp_path)
    assert done.returncode == 1
    assert "./dev up" in done.stderr
    assert "Traceback" not in done.stderr


def test_down_without_a_stack_succeeds(tmp_path: Path) -> None:
    assert _dev("down", state=tmp_path).returncode == 0


def test_an_unknown_service_is_rejected_with_the_known_ones(tmp_path: Path) -> None:
    done = _dev("deploy", "nope", "--env", "dev", state=tmp_path)
    assert done.returncode == 2
    assert "Unknown service nope" in done.stderr
    assert "vote-service" in done.stderr


def test_the_script_ignores_the_environment_of_another_project(tmp_path: Path) -> None:
    done = subprocess.run(
        [ROOT / "dev", "status"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"DEV_STATE": str(tmp_path), "VIRTUAL_ENV": "/other/.venv", "PYTHONHOME": "/other"},
    )
    assert (done.returncode, done.stderr) == (3, "")
