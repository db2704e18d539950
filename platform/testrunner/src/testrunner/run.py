"""Runs pytest on a layer and follows its events."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final
from xml.etree.ElementTree import ParseError, parse

from devkit.checkout import ROOT
from devkit.time_limits import Allowance
from privileges.calls import VARIABLE

from testrunner import leftovers
from testrunner.layers import Layer

NO_TESTS: Final = 5
REPORTS: Final = Path(os.environ.get("DEV_TEST_REPORTS", ROOT / ".dev" / "test"))
CALLS: Final = REPORTS / "aws-calls"
"""The AWS calls of functions in a folder for each layer, which `dev privileges` compares with their roles."""

LOGIC_REPORT: Final = REPORTS / "logic.xml"
"""JUnit report of the pages' JavaScript tests; one unit test of the frontend runs them all with Bun."""


INTERRUPTED_SECONDS: Final = 60.0
_LOOK_SECONDS: Final = 0.2


def coverage_of(layer: Layer) -> Path:
    """Return the path of a layer's SlipCover report."""
    return REPORTS / f"coverage.{layer}.json"


@dataclass
class Failed:
    """One failed test, with pytest's output of each failed phase."""

    layer: Layer
    test: str
    text: str


@dataclass
class LayerRun:
    """One run of a test layer: its settings and its progress. The display reads it while a thread writes."""

    layer: Layer
    paths: tuple[str, ...] = ()
    """Folders or files to run instead of the whole layer."""

    total: int = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    began: float | None = None
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    exit_code: int | None = None
    durations: dict[str, float] = field(default_factory=dict)
    failures: dict[str, Failed] = field(default_factory=dict)
    _collected: Counter[str] = field(default_factory=Counter)
    _outcomes: dict[str, str] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """The number of finished tests."""
        return self.passed + self.failed + self.skipped

    @property
    def log(self) -> Path:
        """The output of pytest."""
        return REPORTS / f"{self.layer}.log"

    def elapsed(self) -> float:
        """Return the seconds since the start, or the duration if it has ended."""
        if self.exit_code is not None or self.began is None:
            return self.seconds
        return time.monotonic() - self.began

    def take(self, event: dict[str, Any]) -> None:
        """Count one event of the run."""
        match event["kind"]:
            case "collected":
                self.total += len(event["tests"])
                self._collected.update(event["tests"])
            case "failure":
                self._fail(event["test"], f"{event['phase']}: {event['text']}")
            case "test":
                self._count(event["test"], event["outcome"])
                self.durations[event["test"]] = self.durations.get(event["test"], 0.0) + event["seconds"]
                if "text" in event:
                    self._fail(event["test"], event["text"])

    def fail_lost_tests(self) -> None:
        """Count as failed: tests without an outcome, and tests with one id, of which workers run only one."""
        for test, count in self._collected.items():
            if count > 1 or test not in self._outcomes:
                self._count(test, "failed")
                self._fail(test, f"{count} collected test(s) have this id; not all of them ran.")

    def add(self, report: Path) -> None:
        """Add the counts of another runner's JUnit report, if it has written one."""
        try:
            suites = parse(report).getroot().findall("testsuite")  # noqa: S314 (written by our own run)
        except (OSError, ParseError):
            return
        total = sum(int(suite.get("tests", 0)) for suite in suites)
        bad = sum(int(suite.get(kind, 0)) for suite in suites for kind in ("failures", "errors"))
        skipped = sum(int(suite.get("skipped", 0)) for suite in suites)
        self.total, self.passed = self.total + total, self.passed + total - bad - skipped
        self.failed, self.skipped = self.failed + bad, self.skipped + skipped

    def _count(self, test: str, outcome: str) -> None:
        """Count a test once; a later outcome replaces an earlier one."""
        if before := self._outcomes.get(test):
            setattr(self, before, getattr(self, before) - 1)
        self._outcomes[test] = outcome
        setattr(self, outcome, getattr(self, outcome) + 1)

    def _fail(self, test: str, text: str) -> None:
        known = self.failures.setdefault(test, Failed(self.layer, test, ""))
        known.text = f"{known.text}\n{text}".strip()


@dataclass(frozen=True)
class Session:
    """Settings shared by all layers of one `dev test`."""

    arguments: tuple[str, ...] = ()
    chromium: Path | None = None
    seed: int = 0
    covered: frozenset[Layer] = frozenset()
    shown: bool = False
    """Whether pytest prints to our output instead of its log."""

    id: str = field(default_factory=leftovers.new_run)
    stopped: threading.Event = field(default_factory=threading.Event)

    def run(self, run: LayerRun) -> None:
        """Run one layer to its end, or until `stopped` is set."""
        REPORTS.mkdir(parents=True, exist_ok=True)
        if run.layer is Layer.UNIT:
            LOGIC_REPORT.unlink(missing_ok=True)
        reported = REPORTS / f"{run.layer}.events"
        reported.write_text("")
        run.began = time.monotonic()
        with run.log.open("wb") as log, reported.open() as lines:
            process = subprocess.Popen(
                [sys.executable, *self._measured(run.layer), "-m", "pytest", *self._options(run)],
                cwd=ROOT,
                env=self.environment(reported) | {VARIABLE: str(CALLS / run.layer)},
                stdin=subprocess.DEVNULL,
                stdout=None if self.shown else log,
                stderr=None if self.shown else subprocess.STDOUT,
                start_new_session=True,
            )
            code, run.cpu_seconds = self._follow(process, run, lines)
        if code == 0 and not self.shown:
            run.fail_lost_tests()
            code = 1 if run.failed else 0
        if run.layer is Layer.UNIT:
            run.add(LOGIC_REPORT)
        run.seconds = time.monotonic() - run.began
        run.exit_code = code

    def _follow(self, process: subprocess.Popen[bytes], run: LayerRun, lines: IO[str]) -> tuple[int, float]:
        deadline: Allowance | None = None
        while True:
            ended = os.wait4(process.pid, os.WNOHANG)
            _read(lines, run)
            if ended[0]:
                process.returncode = os.waitstatus_to_exitcode(ended[1])
                return process.returncode, ended[2].ru_utime + ended[2].ru_stime
            if self.stopped.wait(_LOOK_SECONDS):
                if deadline is None:
                    # pytest treats this like Ctrl-C: it tears fixtures down, then exits.
                    process.send_signal(signal.SIGINT)
                    deadline = Allowance(INTERRUPTED_SECONDS)
                elif deadline.passed():
                    process.kill()
                time.sleep(_LOOK_SECONDS)

    def _options(self, run: LayerRun) -> list[str]:
        return [
            *options(run.layer, self.arguments, run.paths),
            *("-p", "testrunner.events"),
            *(("-p", "testrunner.measured") if run.layer in self.covered else ()),
            f"--randomly-seed={self.seed}",
            f"--junitxml={REPORTS / run.layer}.xml",
            *self.arguments,
        ]

    def _measured(self, layer: Layer) -> list[str]:
        return (
            ["-m", "testrunner.measured", "--out", str(coverage_of(layer))] if layer in self.covered else []
        )

    def environment(self, reported: Path) -> dict[str, str]:
        """Return the environment without AWS settings, so that no test can reach an AWS account."""
        others = (
            "AWS_",
            "SLIPCOVER_",
        )  # so that a run inside a test is not measured as a worker of the outer run
        kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
        from testrunner import events  # noqa: PLC0415 (imports pytest)

        ours = {
            events.VARIABLE: str(reported),
            leftovers.VARIABLE: self.id,
            "HYPOTHESIS_PROFILE": os.environ.get("HYPOTHESIS_PROFILE", "ci"),
        }
        return kept | ours | ({"CHROMIUM": str(self.chromium)} if self.chromium else {})


def run_properties() -> int:
    """Run all property tests with the full profile of Hypothesis, and return pytest's exit status."""
    folders = [folder for layer in (Layer.UNIT, Layer.INTEGRATION) for folder in layer.folders()]
    chosen = ["-q", "-n", "auto", "-m", "hypothesis or full_effort", *map(str, folders)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *chosen], cwd=ROOT, check=False,
        env=environment | {"HYPOTHESIS_PROFILE": "full"},
    ).returncode  # fmt: skip


def options(layer: Layer, arguments: Sequence[str], paths: Sequence[str] = ()) -> list[str]:
    """Return pytest's options for a layer: its folders, unless the arguments name files in it."""
    named = any(layer.holds(ROOT / argument.partition("::")[0]) for argument in arguments)
    folders = [] if named else paths or [str(folder.relative_to(ROOT)) for folder in layer.folders()]
    ignored = [f"--ignore={folder.relative_to(ROOT)}" for folder in layer.ignored()]
    # One test or one file is faster without workers.
    single = named and len([one for one in arguments if not one.startswith("-")]) == 1
    # Files keep their order, in which the slow ones come first, instead of one by their number of tests.
    side_by_side = [] if single else ["-n", layer.workers, "--dist", "loadfile", "--no-loadscope-reorder"]
    return ["-q", *folders, *ignored, *side_by_side]


def _read(lines: IO[str], run: LayerRun) -> None:
    while True:
        place = lines.tell()
        line = lines.readline()
        if not line.endswith("\n"):
            lines.seek(place)
            return
        run.take(json.loads(line))
