"""Runs pytest on a layer and reads its report."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import ParseError, parse

from devstack.instance import ROOT
from devstack.testing.layers import Layer

NO_TESTS: Final = 5
REPORTS: Final = ROOT / ".dev" / "test"
LOGIC_REPORT: Final = REPORTS / "logic.xml"
"""The results of the pages' JavaScript tests: one unit test of the frontend runs them all with Bun."""


@dataclass(frozen=True, slots=True)
class LayerResult:
    """How one layer went. `exit_code` is pytest's."""

    layer: Layer
    exit_code: int
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0


def run_layer(
    layer: Layer, arguments: Sequence[str], chromium: Path | None, kept: Path | None = None
) -> LayerResult:
    """Run one layer; what pytest prints goes where ours goes, or is `kept` in a file."""
    report = REPORTS / f"{layer}.xml"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    if layer is Layer.UNIT:
        LOGIC_REPORT.unlink(missing_ok=True)
    began = time.monotonic()
    with kept.open("wb") if kept else nullcontext() as printed:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *_options(layer, arguments), f"--junitxml={report}", *arguments],
            cwd=ROOT,
            env=_environment(chromium),
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=subprocess.STDOUT if kept else None,
            check=False,
        )
    counts = [_counts(report), *([_counts(LOGIC_REPORT)] if layer is Layer.UNIT else [])]
    return LayerResult(layer, done.returncode, time.monotonic() - began, *map(sum, zip(*counts, strict=True)))


def _options(layer: Layer, arguments: Sequence[str]) -> list[str]:
    """Return what chooses the layer's tests: its folders, unless the arguments name files of it."""
    named = any(layer.holds(ROOT / argument.partition("::")[0]) for argument in arguments)
    folders = [] if named else [str(folder.relative_to(ROOT)) for folder in layer.folders()]
    ignored = [f"--ignore={folder.relative_to(ROOT)}" for folder in layer.ignored()]
    side_by_side = ["-n", "auto", "--dist", "loadfile"] if layer.parallel else []
    return ["-q", *folders, *ignored, *side_by_side]


def _environment(chromium: Path | None) -> dict[str, str]:
    """Return our environment without any AWS account in it: no test may ever reach one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | ({"CHROMIUM": str(chromium)} if chromium else {})


def _counts(report: Path) -> tuple[int, int, int]:
    try:
        suites = parse(report).getroot().findall("testsuite")  # noqa: S314 (pytest wrote it a moment ago)
    except (OSError, ParseError):
        return 0, 0, 0
    total, bad, skipped = 0, 0, 0
    for suite in suites:
        total += int(suite.get("tests", 0))
        bad += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return total - bad - skipped, bad, skipped
