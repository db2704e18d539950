"""Pytest plugin that writes the events of a run as JSON lines, for the process that shows its progress.

`python -m pytest -p testrunner.events` with the file's path in `DEV_TEST_EVENTS`. With pytest-xdist
only the controlling process writes; it receives the reports of all workers.
"""

import json
import os
import signal
from pathlib import Path
from typing import Any, Final

import pytest

VARIABLE: Final = "DEV_TEST_EVENTS"


class Events:
    """Writes one line for each collection, each failed phase and each finished test."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", encoding="utf-8", buffering=1)
        self._seconds: dict[str, float] = {}
        self._outcomes: dict[str, str] = {}
        self._collected: set[str] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Record the collected tests of a run without workers."""
        self._collect(item.nodeid for item in session.items)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Record the collected tests of a run with workers; each worker collects the same tests."""
        self._collect(ids)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Write a failure for a file that cannot be collected."""
        if report.failed:
            self._write(kind="test", test=report.nodeid, outcome="failed", seconds=0.0, text=_text(report))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write a failure at once, and a test's outcome when its last phase ends."""
        self._seconds[report.nodeid] = self._seconds.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self._outcomes[report.nodeid] = "failed"
            self._write(kind="failure", test=report.nodeid, phase=report.when, text=_text(report))
        elif report.skipped:
            self._outcomes.setdefault(report.nodeid, "skipped")
        if report.when == "teardown":
            outcome = self._outcomes.pop(report.nodeid, "passed")
            seconds = self._seconds.pop(report.nodeid)
            self._write(kind="test", test=report.nodeid, outcome=outcome, seconds=round(seconds, 3))

    def pytest_sessionfinish(self) -> None:
        """Write the failures of tests without a last phase, such as those of a crashed worker."""
        for test, outcome in self._outcomes.items():
            self._write(kind="test", test=test, outcome=outcome, seconds=round(self._seconds[test], 3))
        self._file.close()

    def _collect(self, tests: Any) -> None:
        fresh = [test for test in tests if test not in self._collected]
        self._collected.update(fresh)
        if fresh:
            self._write(kind="collected", tests=fresh)

    def _write(self, **event: Any) -> None:
        if not self._file.closed:
            self._file.write(json.dumps(event) + "\n")


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin, except in an xdist worker."""
    path = os.environ.get(VARIABLE)
    if path:
        # A shell that starts a background process leaves SIGINT ignored, but it must end a run.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if path and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Events(Path(path)), "dev-test-events")


def _text(report: pytest.CollectReport | pytest.TestReport) -> str:
    captured = [f"--- {title} ---\n{content}" for title, content in report.sections]
    return "\n".join([report.longreprtext, *captured])
