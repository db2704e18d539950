"""How `dev test` runs pytest and follows its events, with real pytest on temporary test files."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import psutil
import pytest
from rich.console import Console
from testrunner import leftovers, run
from testrunner.layers import Layer
from testrunner.live import Display
from testrunner.run import LayerRun, Session
from testrunner.summary import repeat, show_failures, show_slowest

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 240
ALONE = ("-n", "0")

MIXED = """
    import pytest

    def test_one_that_passes():
        pass

    def test_one_that_fails():
        print("captured words")
        assert 1 == 2

    @pytest.mark.skip(reason="not here")
    def test_one_that_is_skipped():
        pass

    @pytest.fixture
    def broken():
        yield
        raise RuntimeError("left something behind")

    def test_one_whose_teardown_fails(broken):
        pass
"""


@pytest.fixture
def run_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., LayerRun]:
    """Return a function that runs a test file as if it were a layer."""
    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "REPORTS", tmp_path / "reports")
    # Outside of the project its `addopts` do not apply: each pytest would import two plugins, a second each.
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:schemathesis -p no:hypothesispytest")

    def run_it(text: str, *arguments: str, session: Session | None = None) -> LayerRun:
        (tmp_path / "test_it.py").write_text(textwrap.dedent(text))
        followed = LayerRun(Layer.E2E, ("test_it.py",))
        (session or Session(arguments or ALONE)).run(followed)
        return followed

    return run_it


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "timed out"
        time.sleep(0.05)


@pytest.mark.parametrize("workers", [ALONE, ("-n", "1")], ids=["alone", "with-a-worker"])
def test_each_outcome_is_counted_once(run_file: Callable[..., LayerRun], workers: tuple[str, ...]) -> None:
    done = run_file(MIXED, *workers)
    assert (done.total, done.passed, done.failed, done.skipped) == (4, 1, 2, 1)
    assert (done.done, done.exit_code) == (4, 1)
    assert "captured words" in done.failures["test_it.py::test_one_that_fails"].text
    assert "left something behind" in done.failures["test_it.py::test_one_whose_teardown_fails"].text


def test_tests_with_one_id_are_a_failure_because_workers_run_only_one(
    run_file: Callable[..., LayerRun],
) -> None:
    twice = """
        def test_same():
            pass

        def pytest_collection_modifyitems(items):
            items += items
    """
    followed = run_file(twice, "-n", "1", "-p", "test_it")
    assert (followed.exit_code, followed.failed, followed.passed) == (1, 1, 0)
    assert "2 collected test(s) have this id" in followed.failures["test_it.py::test_same"].text


def test_a_file_that_cannot_be_imported_is_a_failure(run_file: Callable[..., LayerRun]) -> None:
    done = run_file("import no_such_module", "-n", "1")
    assert (done.failed, done.exit_code) == (1, 1)
    assert "no_such_module" in done.failures["test_it.py"].text


def test_a_failure_is_shown_with_the_command_that_repeats_it(run_file: Callable[..., LayerRun]) -> None:
    done, shown = run_file(MIXED), StringIO()
    show_failures([done], Console(file=shown, width=200), chosen=False)
    show_slowest([done], Console(file=shown, width=200))
    assert "assert 1 == 2" in shown.getvalue()
    assert "Repeat: ./dev test e2e -- test_it.py::test_one_that_fails\n" in shown.getvalue()
    assert "test_one_that_passes" in shown.getvalue()
    done.failures["like markup"] = run.Failed(Layer.UNIT, "a.py::test[/p/x]", "[/] said")
    show_failures([done], Console(file=shown, width=200), chosen=False)
    assert "unit: a.py::test[/p/x]" in shown.getvalue()
    spaced = run.Failed(Layer.UNIT, "a.py::test[x y]", "")
    assert repeat(spaced) == "./dev test unit -- 'a.py::test[x y]'"


def test_output_without_a_terminal_has_plain_lines_per_layer(run_file: Callable[..., LayerRun]) -> None:
    done, shown = run_file(MIXED), StringIO()
    with Display([done], Console(file=shown, width=200)):
        pass
    assert "e2e              4 of 4, 2 failed" in shown.getvalue()
    assert "✗ test_it.py::test_one_that_fails" in shown.getvalue()


def test_a_run_that_is_stopped_tears_its_fixtures_down_and_leaves_nothing_running(
    run_file: Callable[..., LayerRun], tmp_path: Path
) -> None:
    """Includes processes in their own session, such as browsers and the emulator."""
    session = Session()
    begun, torn_down = tmp_path / "begun", tmp_path / "torn-down"
    waits = f"""
        import pathlib, subprocess, sys, time
        import pytest

        @pytest.fixture
        def detached():
            sleeper = [sys.executable, "-c", "import time; time.sleep(3600)"]
            subprocess.Popen(sleeper, start_new_session=True)
            yield
            pathlib.Path({str(torn_down)!r}).touch()

        def test_it(detached):
            pathlib.Path({str(begun)!r}).touch()
            time.sleep(3600)
    """
    thread = threading.Thread(target=run_file, args=(waits,), kwargs={"session": session})
    thread.start()
    wait_until(begun.exists)
    session.stopped.set()
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
    assert torn_down.exists()
    assert len(list(leftovers.processes_of(session.id))) == 1
    (ended,) = leftovers.end_all(session.id)
    assert "time.sleep" in ended
    wait_until(lambda: not list(leftovers.processes_of(session.id)))


def test_processes_of_other_runs_are_left_alone() -> None:
    other = leftovers.new_run()
    sleeper = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(3600)"],
        env=os.environ | {leftovers.VARIABLE: other},
    )
    try:
        assert leftovers.end_all(leftovers.new_run()) == []
        assert psutil.pid_exists(sleeper.pid)
        assert sleeper.poll() is None
    finally:
        sleeper.send_signal(signal.SIGKILL)
        sleeper.wait()


def test_the_results_of_another_runner_are_added_and_a_missing_report_adds_nothing(tmp_path: Path) -> None:
    done, report = LayerRun(Layer.UNIT, passed=3, total=3), tmp_path / "logic.xml"
    done.add(report)
    assert (done.total, done.passed) == (3, 3)
    report.write_text('<testsuites><testsuite tests="9" failures="1" errors="0" skipped="2"/></testsuites>')
    done.add(report)
    assert (done.total, done.passed, done.failed, done.skipped) == (12, 9, 1, 2)
