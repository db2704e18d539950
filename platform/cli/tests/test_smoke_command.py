"""`dev smoke` prints its result and ends with its status."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from cli.commands.smoke import smoke
from devkit.failure import Failure
from smoke.run import SmokeResult, StepResult

PASSED = SmokeResult("local", [StepResult(0, "preflight", "passed")])
FAILED = SmokeResult(
    "local",
    [StepResult(0, "preflight", "failed", problem="No valid AWS credentials.", advice="aws sso login")],
)


@pytest.fixture
def result(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> SmokeResult:
    found: SmokeResult = request.param
    monkeypatch.setattr("smoke.environment.local", lambda: SimpleNamespace(name="local"))
    monkeypatch.setattr("cli.commands.smoke.run_smoke", lambda *_, **__: found)
    return found


@pytest.mark.parametrize("result", [PASSED], indirect=True)
def test_passed_run_is_json_on_standard_output_only(result: SmokeResult, capsys: Any) -> None:
    smoke(as_json=True)
    assert json.loads(capsys.readouterr().out)["passed"] is True


@pytest.mark.parametrize("result", [FAILED], indirect=True)
def test_failed_run_shows_the_problem_and_the_next_command(result: SmokeResult, capsys: Any) -> None:
    with pytest.raises(typer.Exit) as ended:
        smoke()
    assert ended.value.exit_code == 1
    shown = capsys.readouterr().out
    assert "Step 0, preflight: No valid AWS credentials." in shown
    assert "aws sso login" in shown


def test_stopped_stack_and_unknown_environment_are_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("DEV_STATE", str(tmp_path))
    with pytest.raises(Failure, match="not running"):
        smoke()
    with pytest.raises(Failure, match="no environment nowhere"):
        smoke(env="nowhere")
