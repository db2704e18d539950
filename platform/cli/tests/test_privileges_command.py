"""`dev privileges`: findings, exit status, JSON, and the summary of a whole test run."""

import json
from io import StringIO
from pathlib import Path

import pytest
from cli.commands import privileges, test
from cli.dev import app
from privileges.calls import Call, Recorder
from rich.console import Console
from testrunner.layers import Layer
from testrunner.run import LayerRun
from typer.testing import CliRunner

TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/tot-test-{}"
VOTING_STATE, POLLS = TABLE.format("voting-state"), TABLE.format("polls")


@pytest.fixture(autouse=True)
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The calls of a run: one with permission, one without."""
    monkeypatch.setattr(privileges, "CALLS", tmp_path)
    monkeypatch.setattr(test, "CALLS", tmp_path)
    recorder = Recorder(tmp_path / "e2e")
    recorder.note(Call("vote_wrapper", "dynamodb:PutItem", VOTING_STATE, "#proof#"))
    recorder.note(Call("vote_wrapper", "dynamodb:PutItem", POLLS, "x"))
    return tmp_path


def test_json_names_the_layers_of_each_permission_and_the_denied_call() -> None:
    done = CliRunner().invoke(app, ["privileges", "vote_wrapper", "--json"])
    printed = json.loads(done.stdout)
    used = {
        (each["action"], each["leading_key"]): each["used_in"]
        for each in printed["permissions"]
        if each["resource"] == "table/voting-state"
    }
    assert (done.exit_code, printed["passed"]) == (1, False)
    assert used["dynamodb:PutItem", "#proof#*"] == ["e2e"]
    assert used["dynamodb:UpdateItem", "#abuse#*"] == []
    assert [each["resource"] for each in printed["denied"]] == [POLLS]


def test_findings_are_one_line_each() -> None:
    done = CliRunner().invoke(app, ["privileges"])
    assert done.exit_code == 1
    assert f"✗ vote_wrapper may not dynamodb:PutItem on {POLLS} (e2e)\n" in done.stdout
    unused = "✗ vote_wrapper may dynamodb:UpdateItem on table/voting-state for items #abuse#*"
    assert f"{unused}, but no test uses it\n" in done.stdout


def test_permissions_of_one_role_are_shown_in_full() -> None:
    done = CliRunner().invoke(app, ["privileges", "vote_wrapper"])
    (line,) = [line for line in done.stdout.splitlines() if "#proof#" in line]
    assert line.split() == ["dynamodb:PutItem", "table/voting-state", "#proof#*", "e2e"]


def test_command_without_recorded_calls_or_with_an_unknown_role_fails(calls: Path) -> None:
    unknown = CliRunner().invoke(app, ["privileges", "votes"])
    assert "No role belongs to 'votes'" in str(unknown.exception)
    for file in calls.glob("*/*"):
        file.unlink()
    assert "No AWS calls are recorded" in str(CliRunner().invoke(app, ["privileges"]).exception)


def test_whole_run_fails_on_a_finding_unless_its_tests_failed() -> None:
    console = Console(file=StringIO())
    passed, failed = (LayerRun(Layer.E2E, exit_code=code) for code in (0, 1))
    assert not test._compare_privileges([passed], console)
    assert test._compare_privileges([passed, failed], console)
