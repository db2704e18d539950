"""`./dev bench` runs all parts, and gives no figure that a busy machine makes void."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from loadtest.bench import summary
from loadtest.bench.machine_load import MachineLoad
from loadtest.bench.summary import PARTS, Outcome, Part, Status, run_parts

START = {"cold": 26.4, "warm": 8.1}


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run one part whose command prints and exits as given, on a machine with this load."""

    def run(printed: str, code: int = 0, others: float = 0.0, part: str = "start") -> Outcome:
        class Watched:
            def __enter__(self) -> MachineLoad:
                return MachineLoad(others)

            def __exit__(self, *_: object) -> None: ...

        monkeypatch.setattr(summary, "watch_machine", lambda _: Watched())
        script = tmp_path / "dev.py"
        script.write_text(
            f"import sys\nprint({printed!r})\nprint('✗ Not running.', file=sys.stderr)\nsys.exit({code})\n"
        )
        (chosen,) = [one for one in PARTS if one.name == part]
        (found,) = run_parts([chosen], command=(sys.executable, str(script)))
        return found

    return run


def test_part_that_reaches_its_aim_is_reported_with_its_figures(bench: Any) -> None:
    found = bench(json.dumps(START))
    assert (found.status, found.figure, found.found) == (Status.REACHED, "cold 26 s, warm 8 s", START)


def test_missed_aim_is_no_failure_of_the_benchmark(bench: Any) -> None:
    assert bench(json.dumps(START), code=1).status is Status.MISSED


def test_busy_machine_gives_no_figure_of_times(bench: Any) -> None:
    found = bench(json.dumps(START), others=0.5)
    assert found.status is Status.NO_RATIO
    assert "26" not in found.figure


def test_busy_machine_changes_no_count(bench: Any) -> None:
    found = bench(json.dumps({"requests": 8, "compressed": 32_768}), others=0.5, part="page")
    assert (found.status, found.figure) == (Status.REACHED, "8 requests, 32.0 KB")


def test_part_without_result_fails_with_its_error(bench: Any) -> None:
    found = bench("", code=1, others=0.5)
    assert (found.status, found.figure) == (Status.FAILED, "✗ Not running.")


def test_ratio_that_a_part_refuses_stays_refused(bench: Any) -> None:
    found = bench(json.dumps({"ratio": None, "cpu_ratio": 1.7}), code=3, part="votes")
    assert (found.status, found.figure) == (
        Status.NO_RATIO,
        "the literal design takes 1.70 times the processor time",
    )


def test_each_part_is_a_command() -> None:
    from cli.commands.bench import bench as commands  # noqa: PLC0415 (imports all commands' libraries)

    names = [
        command.name or command.callback.__name__
        for command in commands.registered_commands
        if command.callback
    ]
    assert sorted(names) == sorted(part.name for part in PARTS)
    assert all(isinstance(part, Part) for part in PARTS)
