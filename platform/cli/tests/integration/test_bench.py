"""The command line of `dev bench`; `tests/exactness` tests the benchmarks themselves."""

import json

import pytest
from cli.dev import app
from devkit.failure import Failure
from loadtest.bench.dashboard import Responsiveness
from loadtest.bench.exactness import MODULE, OURS, Exactness, json_lines_of
from typer.testing import CliRunner

pytestmark = pytest.mark.slow


def test_a_short_run_finds_ours_exact_and_each_naive_counter_wrong() -> None:
    done = CliRunner().invoke(app, ["bench", "exactness", "--schedules", "101", "--processes", "2", "--json"])
    outcome = json.loads(done.stdout)
    assert done.exit_code == 0, outcome
    assert outcome["schedules"] == 101
    assert outcome["wrong"].pop(OURS) == 0
    assert len(outcome["wrong"]) == 4
    assert all(0 < wrong <= 101 for wrong in outcome["wrong"].values())


def test_a_run_too_short_to_find_the_naive_counters_wrong_fails() -> None:
    done = CliRunner().invoke(app, ["bench", "exactness", "--schedules", "1", "--seed", "4", "--json"])
    assert done.exit_code == 1
    assert not json.loads(done.stdout)["as_claimed"]


@pytest.mark.parametrize(
    ("wrong", "as_claimed"),
    [
        ({OURS: 0, "plain ADD": 9}, True),
        ({OURS: 1, "plain ADD": 9}, False),
        ({OURS: 0, "plain ADD": 0}, False),
    ],
)
def test_the_claim_needs_an_exact_own_scheme_and_wrong_naive_ones(
    wrong: dict[str, int], as_claimed: bool
) -> None:
    assert Exactness(10, wrong, {}).as_claimed is as_claimed


def test_the_cost_of_a_vote_is_printed_and_within_its_limit() -> None:
    done = CliRunner().invoke(app, ["bench", "cost", "--json"])
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    by_batch = {one["batch"]: one["write_units"] for one in found["costs"]}
    assert by_batch[1000] <= 1.02
    assert [(cell["rate"], cell["audience"]) for cell in found["cells"]][-1] == (1_000, 10_000)
    assert found["as_claimed"]


@pytest.mark.parametrize(
    ("worked", "shown", "as_claimed"),
    [(200, "1,000 votes", True), (200.1, "1,000 voted", False), (1, "999 votes", False)],
)
def test_a_page_meets_the_claim_without_long_tasks_and_with_exact_final_counts(
    worked: float, shown: str, as_claimed: bool
) -> None:
    found = Responsiveness("dashboard", 1000, shown, (60, 320), worked, 2500, (), 1, 500)
    assert found.as_claimed is as_claimed
    assert (found.longest, found.ratio, found.milliseconds_a_message) == (320, 5, 2)


def test_a_failed_process_reports_its_error() -> None:
    with pytest.raises(Failure) as failure, json_lines_of(MODULE, "nonsense") as lines:
        assert list(lines) == []
    assert "tests.exactness" in failure.value.advice
