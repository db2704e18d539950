"""The command line of `dev crowd`: rejected arguments and exit statuses."""

from pathlib import Path

import pytest
from cli.commands.crowd import NOT_READY
from cli.dev import app
from typer.testing import CliRunner


@pytest.fixture(autouse=True)
def _nothing_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DEV_STATE", str(tmp_path))


def test_a_missing_stack_is_reported_with_the_start_command() -> None:
    result = CliRunner().invoke(app, ["crowd"])
    assert result.exit_code == NOT_READY
    assert "./dev up" in result.output


def test_a_foreign_site_is_rejected() -> None:
    result = CliRunner().invoke(app, ["crowd", "--site", "https://vote.example.com"])
    assert result.exit_code == NOT_READY
    assert "on this machine" in result.output


def test_a_site_that_does_not_answer_is_reported() -> None:
    result = CliRunner().invoke(app, ["crowd", "--site", "http://127.0.0.1:9"])
    assert result.exit_code == NOT_READY
    assert "nothing answers at http://127.0.0.1:9" in result.output


@pytest.mark.parametrize("arguments", [["--voters", "0"], ["--rate", "0"], ["--double-taps", "1.5"]])
def test_a_number_out_of_range_is_rejected(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["crowd", *arguments]).exit_code != 0
