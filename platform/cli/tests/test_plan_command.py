"""`dev plan` prints a plan, as text and as JSON, and fails clearly for a poll that it cannot plan."""

import json
from pathlib import Path

import pytest
import typer
from capacity import plan as planning
from cli.commands.plan import plan
from cli.dev import app
from devkit.failure import Failure
from typer.testing import CliRunner

pytestmark = pytest.mark.slow

SMALL = {"votes_per_second": 20.0, "viewers": 50, "minutes": 0.2}


def test_plan_of_a_small_poll_is_printed_and_holds(capsys: pytest.CaptureFixture[str]) -> None:
    plan(**SMALL)  # type: ignore[arg-type]
    out = capsys.readouterr().out
    assert "20 votes a second" in out
    assert "concurrent Lambda executions" in out
    assert "The plan holds" in out
    assert "50 on sockets (100%)" in out


def test_plan_that_does_not_hold_names_the_limit_and_exits_with_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "place_replicas", lambda *_: (4, 0))
    with pytest.raises(typer.Exit) as ended:
        plan(votes_per_second=4_000, viewers=10, minutes=0.2)
    assert ended.value.exit_code == 1
    assert "reads of one item, the poll in VotingState: 4," in capsys.readouterr().out


def test_plan_as_json_has_quotas_settings_and_the_bill(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    picture = tmp_path / "plan.svg"
    plan(votes_per_second=3_000, viewers=10, minutes=0.2, as_json=True, plot=picture)
    found = json.loads(capsys.readouterr().out)
    assert found["holds"] is True
    assert found["fixed_limits"] == []
    assert found["settings"]["PollReplicas of vote-service"] >= 1, "one item serves 2,970 votes a second"
    assert found["settings"]["ProvisionedConcurrency of vote-service"] == found["environments_per_function"]
    assert {"name", "quota", "default", "needed"} <= found["quotas"][0].keys()
    assert found["bill"]["dollars"] == pytest.approx(sum(found["bill"]["lines"].values()))
    assert picture.read_text().startswith("<svg")


@pytest.mark.parametrize(
    ("options", "status", "message"),
    [
        (["--viewers", "5"], 2, "votes-per-second"),
        (["--votes-per-second", "0", "--viewers", "5"], 2, "votes-per-second"),
        (["--votes-per-second", "5", "--viewers", "-1"], 2, "viewers"),
        (["--votes-per-second", "many", "--viewers", "5"], 2, "votes-per-second"),
    ],
)
def test_bad_value_is_a_usage_error(options: list[str], status: int, message: str) -> None:
    found = CliRunner().invoke(app, ["plan", *options])
    assert found.exit_code == status
    assert message in found.output


def test_plan_beyond_the_simulation_has_a_status_of_its_own() -> None:
    with pytest.raises(Failure, match="200,000 votes a second") as found:
        plan(votes_per_second=1e9, viewers=1)
    assert found.value.exit_status == 3


def test_unknown_region_is_a_usage_error_that_lists_the_regions() -> None:
    with pytest.raises(Failure, match="mars-1 is no Region") as found:
        plan(votes_per_second=20, viewers=5, region="mars-1")
    assert found.value.exit_status == 2
    assert "eu-central-1" in found.value.advice


def test_plan_for_another_region_names_the_region_of_its_prices(capsys: pytest.CaptureFixture[str]) -> None:
    plan(**SMALL, region="eu-south-2")  # type: ignore[arg-type]
    assert "Prices are those of us-east-1" in capsys.readouterr().out


def test_plot_into_a_missing_folder_is_reported_before_the_simulation(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="does not exist") as found:
        plan(votes_per_second=20, viewers=5, plot=tmp_path / "none" / "plan.svg")
    assert found.value.exit_status == 2
